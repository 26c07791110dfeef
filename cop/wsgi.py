import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
# Settings give a process that answers people a pool and short time-outs.
os.environ.setdefault("WEB_PROCESS", "true")

application = get_wsgi_application()
