from django.apps import AppConfig
from django.core import checks


class RoofConfig(AppConfig):
    name = "cop"

    def ready(self) -> None:
        from allauth.mfa.checks import settings_check  # noqa: PLC0415 - needs all models

        from cop.checks import commits_are_kept  # noqa: PLC0415

        checks.register(commits_are_kept, checks.Tags.database)
        # It insists that an address be confirmed before sign-up by passkey goes on,
        # because a confirmation opened elsewhere would lose the session. Here nobody
        # waits for a confirmation, so the session is never left.
        checks.registry.registry.registered_checks.discard(settings_check)
