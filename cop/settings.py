"""All settings. What differs from site to site comes from the environment.

``docs/operating.md`` lists every variable read here.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
import environs
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

# Lets classes say what they hold, as in ModelAdmin[Task], where Django does not yet.
django_stubs_ext.monkeypatch()

env = environs.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", False)
#: Shows sign-in buttons for invented people: never on a site with real ones.
DEMO = env.bool("DEMO", False)
ON_ONES_OWN_MACHINE = DEBUG or DEMO
#: Set by cop.asgi and cop.wsgi: this process answers people, who do not wait.
WEB_PROCESS = env.bool("WEB_PROCESS", False)


# Who we are

SHORTEST_SECRET = 32
SECRET_KEY = env.str("SECRET_KEY", "not-a-secret" if ON_ONES_OWN_MACHINE else "")
if not ON_ONES_OWN_MACHINE and (
    len(SECRET_KEY) < SHORTEST_SECRET or SECRET_KEY.startswith("django-insecure-")
):
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 32 random characters, for example those "
        "printed by: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"] if ON_ONES_OWN_MACHINE else []
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
#: Where links in mails lead: jobs know no request to take it from.
SITE_URL = env.str(
    "SITE_URL", "http://127.0.0.1:8123" if ON_ONES_OWN_MACHINE else ""
).rstrip("/")
OPERATORS: list[str] = env.list("ADMINS", [])
ADMINS = [("", address) for address in OPERATORS]

INSTALLED_APPS = [
    "cop",
    "cop.bridges",
    "cop.health",
    "cop.programs",
    "tasks",
    "repertoire",
    "members",
    "domain",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "csp",
    "django_htmx",
    "servestatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
if DEMO:
    INSTALLED_APPS.append("cop.demo")
if DEBUG:
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "cop.faults.DatabaseLostMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "cop.urls"
ASGI_APPLICATION = "cop.asgi.application"
WSGI_APPLICATION = "cop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    # Pages. First, so that allauth finds ours; without app directories, so that the
    # admin's templates, written in Django's language, are left to the engine below.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "cop.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "cop.frame.frame",
            ],
        },
    },
    # The admin and allauth's mails.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


# PostgreSQL

#: Times a connection is asked the same before it keeps the way to the answer.
PREPARED_AFTER = 5


def database(url: str) -> dict[str, Any]:
    """Django's spelling of a libpq address, Unix sockets included."""
    given = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    server = {
        "NAME": given.pop("dbname", ""),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
    }
    # A page that waits longer is lost to its reader; a job or a command has time.
    statement_timeout = env.str("STATEMENT_TIMEOUT", "5s" if WEB_PROCESS else "15min")
    # So is a request whose code went silent with locks in its hands.
    silence = "15s" if WEB_PROCESS else "15min"
    limits = (
        f"-c statement_timeout={statement_timeout} -c lock_timeout=3s"
        f" -c idle_in_transaction_session_timeout={silence}"
    )
    options: dict[str, Any] = {
        **given,
        "options": f"{given.get('options', '')} {limits}".strip(),
        "application_name": given.get("application_name", "cop"),
        "connect_timeout": int(given.get("connect_timeout", 5)),
    }
    if WEB_PROCESS:
        # Under ASGI every request has a thread of its own, so a connection kept by
        # its thread would never be used again. The pool keeps them instead. Not in
        # workers: they fork, and a pool does not survive that.
        options["pool"] = {
            "min_size": 2,
            "max_size": env.int("DATABASE_POOL_SIZE", 16),
            "timeout": 5,
            # Given up soon and begun again by the next request: left to itself a
            # pool waits longer and longer before it notices that PostgreSQL is back.
            "reconnect_timeout": 3,
        }
        # A page asks the same questions again and again: on the connections the pool
        # keeps, PostgreSQL need not find out each time how to answer them.
        options |= {"server_side_binding": True, "prepare_threshold": PREPARED_AFTER}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **server,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": database(env.str("DATABASE_URL", "postgresql:///cop"))}


# Redis or Valkey, and what runs over it. One logical database for each use, because
# clearing the cache empties its whole database.

BROKER, CACHE, RESULTS = 0, 1, 2


def redis_url(url: str, number: int) -> str:
    if url.startswith("unix://"):
        return f"{url}?db={number}"
    return f"{url.rstrip('/')}/{number}"


def celery_url(url: str, number: int) -> str:
    """Celery has its own spelling of Unix sockets."""
    if url.startswith("unix://"):
        return f"redis+socket://{url.removeprefix('unix://')}?virtual_host={number}"
    return redis_url(url, number)


REDIS_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379")

CACHES = {
    # Limits on sign-in are counted here: they must hold when Redis is lost.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What may be lost at any time.
    "quick": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_url(REDIS_URL, CACHE),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())

CELERY_BROKER_URL = celery_url(REDIS_URL, BROKER)
CELERY_RESULT_BACKEND = celery_url(REDIS_URL, RESULTS)
CELERY_TIMEZONE = "UTC"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_RESULT_EXPIRES = timedelta(hours=1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A job is acknowledged when it is done, and given to another worker when its worker
# or its process is killed; so every job may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    # Kombu looks for lost jobs at one in ten of its chances unless told otherwise.
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
# A message about work due expires before the next one: after a pause one is enough,
# because each job does all that is due.
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "members.reposition_stale": {
        "task": "members.reposition_stale",
        "schedule": timedelta(seconds=20),
        "options": {"expires": 20},
    },
    "members.reckon": {
        "task": "members.reckon",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "members.reposition_all": {
        "task": "members.reposition_all",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 3600},
    },
    "members.accompany": {
        "task": "members.accompany",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "members.ask": {
        "task": "members.ask",
        "schedule": crontab(minute=20),
        "options": {"expires": 3000},
    },
    "members.deliver": {
        "task": "members.deliver",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
    },
    "tasks.release_overdue": {
        "task": "tasks.release_overdue",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "tasks.halt_agents": {
        "task": "tasks.halt_agents",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "tasks.send_finished_reviews": {
        "task": "tasks.send_finished_reviews",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "tasks.release_overdue_reviews": {
        "task": "tasks.release_overdue_reviews",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "repertoire.make_up_for_waits": {
        "task": "repertoire.make_up_for_waits",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 600},
    },
    "members.clear_grants": {
        "task": "members.clear_grants",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
    "domain.reword_stale": {
        "task": "domain.reword_stale",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "tasks.overhear": {
        "task": "tasks.overhear",
        "schedule": crontab(hour=3, minute=40),
        "options": {"expires": 3600},
    },
    "health.mail_reports": {
        "task": "health.mail_reports",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "programs.deliver": {
        "task": "programs.deliver",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "programs.forget": {
        "task": "programs.forget",
        "schedule": crontab(minute=35),
        "options": {"expires": 3000},
    },
    "health.measure": {
        "task": "health.measure",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
}


# Accounts

AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("handle", "email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "members.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "members.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Somebody new may begin at once; an address is confirmed before work is handed in.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    # Seats kept for visitors through sign-up: nobody empties a board from one network.
    "hold": "20/h/ip",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ON_ONES_OWN_MACHINE
MFA_TOTP_ISSUER = "Communities of practice"


# What programs are granted (OAuth 2.1). No identity is: there is nothing to sign.

IDP_OIDC_ADAPTER = "cop.oauth.adapter.OAuthAdapter"
# Whoever asks gets an identifier, so a secret would prove nothing: PKCE does.
IDP_OIDC_AUTH_METHODS = ["none"]
IDP_OIDC_DCR_ENABLED = True
IDP_OIDC_DCR_REQUIRES_INITIAL_ACCESS_TOKEN = False
# It would have this site fetch addresses that strangers name.
IDP_OIDC_CIMD_ENABLED = False
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = int(timedelta(hours=1).total_seconds())
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = int(timedelta(days=90).total_seconds())
IDP_OIDC_ROTATE_REFRESH_TOKEN = True
IDP_OIDC_RATE_LIMITS = {"client_registration": "5/m/ip,30/d/ip"}


# Language and time

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"


# Files

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(BASE_DIR / "media")))
if DEBUG:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif DEMO:  # Nothing is gained by compressing for a browser on the same machine.
    STATIC_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
else:
    STATIC_STORAGE = "servestatic.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
# Otherwise the middleware decides by a DEBUG that tests have since turned off.
SERVESTATIC_USE_FINDERS = SERVESTATIC_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024


# Mail

if ON_ONES_OWN_MACHINE:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL


# What browsers are told

HTTPS = env.bool("HTTPS", not ON_ONES_OWN_MACHINE)
SECURE_SSL_REDIRECT = HTTPS
# Health checks come from inside, where there is no TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "members.http.opened_before"
X_FRAME_OPTIONS = "DENY"
if not HTTPS:
    ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}


# Logs: plain lines on stderr; what runs the process keeps them.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Django's own handlers would say the same a second time.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # The door of tools tells of its own start and of every request turned away.
        "mcp": {"level": "ERROR"},
        # Says the same at every try; the pages that fail for it are logged.
        "psycopg.pool": {"level": "ERROR"},
    },
}
