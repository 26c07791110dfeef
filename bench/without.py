"""The site without the door of tools, to hold the site with it against."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("WEB_PROCESS", "true")

_django = get_asgi_application()

from cop.api.patience import Patient  # noqa: E402

application = Patient(_django)
