#!/usr/bin/env python
import os
import secrets
import sys

from django.core.management import execute_from_command_line

#: Commands about files alone: they open no database and sign nothing, and should run
#: where no site has been set up.
WITHOUT_A_SITE = {"evaluate_positions"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
    if WITHOUT_A_SITE.intersection(sys.argv[1:2]):
        os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    execute_from_command_line(sys.argv)
