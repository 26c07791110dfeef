"""What holds for all tests; of files, for all but those in Chromium."""

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as drawing

#: A busy machine draws slowly; what is tested is what comes out, not when.
drawing.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
drawing.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def without_files():
    """Serve pages alone.

    Looking for files costs every new client a walk over all of them, and every page an
    event loop of its own.
    """
    served = settings.MIDDLEWARE
    settings.MIDDLEWARE = [
        name for name in served if not name.startswith("servestatic.")
    ]
    yield
    settings.MIDDLEWARE = served
