import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
# Settings give a process that answers people a pool and short time-outs.
os.environ.setdefault("WEB_PROCESS", "true")

_django = get_asgi_application()

# What needs models, once Django is set up.
from cop.api.patience import Patient  # noqa: E402
from cop.mcp.mount import Doors  # noqa: E402

application = Doors(Patient(_django))
