"""The product's own settings, with one more page to measure the others by."""

from cop.settings import *  # noqa: F403
from cop.settings import BASE_DIR, STORAGES, TEMPLATES

ROOT_URLCONF = "bench.bare"
TEMPLATES[0]["DIRS"] += [BASE_DIR / "bench" / "templates"]
# Names are looked up as in production; nothing is gained by compressing what nobody asks for.
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
}
