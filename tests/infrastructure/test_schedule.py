"""What beat sends, workers must know."""

from django.conf import settings

from cop.celery import app


def test_every_job_on_the_schedule_exists():
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert sent - set(app.tasks) == set()


def test_every_message_expires():
    assert [
        name
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
        if "expires" not in entry["options"]
    ] == []
