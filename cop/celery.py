"""The Celery application.

In this house a *task* is real work of the practice; what Celery runs is a *job*,
and every app keeps its jobs in ``jobs.py``.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")

app = Celery("cop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
