"""Settings, all from the environment, with defaults that are safe on a developer's machine.

Served names decide what counts as production: as soon as ALLOWED_HOSTS names anything but this
machine, SECRET_KEY is required and cookies travel over HTTPS only.
"""

import contextlib
import os
import tempfile
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from config.backoffice import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
SERVES_OTHERS = not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS)


def _local_secret_key() -> str:
    """Return the key kept in an ignored file, made on first use and readable by its owner only."""
    path = BASE_DIR / ".secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=BASE_DIR, prefix=".secret_key.") as file:
            file.write(get_random_secret_key())
            file.flush()
            # A link appears whole or not at all, so that processes started together agree on one key.
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if SERVES_OTHERS:
        raise ImproperlyConfigured("Set SECRET_KEY: ALLOWED_HOSTS names hosts other than this machine.")
    SECRET_KEY = _local_secret_key()

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "axes",
    "corsheaders",
    "csp",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "graphene_django",
    "rules",
    "strawberry_django",
    "leads",
    "assessments",
    "playbook",
    "config.graphql",
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.websites.Websites",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# A draft's page sends every field of each of its questions.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Database ------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
_database.setdefault("OPTIONS", {})
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] |= {
        # A deferred transaction that turns into a writer fails at once instead of waiting its turn.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
elif env.bool("DATABASE_POOL", False):
    # For asynchronous servers, where every request would otherwise connect anew.
    _database["OPTIONS"] |= {"pool": {"min_size": 2, "max_size": env.int("DATABASE_POOL_SIZE", 8)}}
if "pool" not in _database["OPTIONS"]:
    _database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 600)
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Signing in ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "leads.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "config.accounts.AccountAdapter"
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_reset_password_from_key": env.str("FRONTEND_URL", "http://localhost:3000") + "/password/{key}",
    "account_confirm_email": env.str("FRONTEND_URL", "http://localhost:3000") + "/email/{key}",
    "account_signup": env.str("FRONTEND_URL", "http://localhost:3000"),
}
# Failures are counted once, by axes, for an address on a machine; allauth's count would shut out an office.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "config.accounts.name_tried"
AXES_LOCKOUT_CALLABLE = "config.accounts.locked_out"
AXES_VERBOSE = False

# --- Browsers ------------------------------------------------------------------------------------

CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = ["accept", "content-type", "x-csrftoken", "x-business", "x-prospect", "x-form", "idempotency-key"]
CORS_EXPOSE_HEADERS = ["idempotency-replayed", "retry-after"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=CORS_ALLOWED_ORIGINS)
CSRF_FAILURE_VIEW = "config.graphql.csrf.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVES_OTHERS
SESSION_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if SERVES_OTHERS else 0)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", False)
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
WHITENOISE_USE_FINDERS = DEBUG

# --- Work in the background ----------------------------------------------------------------------

# Tasks are rows of the same database; or, if this names a broker (redis://host:6379/0), messages that Celery carries.
# `manage.py worker` works off either.
TASK_BROKER_URL = env.str("TASK_BROKER_URL", "")
TASKS = {
    "default": {
        "BACKEND": "config.celery_backend.CeleryBackend" if TASK_BROKER_URL else "django_tasks_db.DatabaseBackend"
    }
}

# --- What leaves ---------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = EMAIL_CONFIG.get("EMAIL_TIMEOUT") or 10  # seconds of silence of a mail server
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "playbook@localhost")
WEBHOOK_PORTS = env.list("WEBHOOK_PORTS", cast=int, default=[443])
# For developers and tests: plain HTTP, any port, and hosts of networks of our own.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", False)
if WEBHOOK_ALLOW_PRIVATE and SERVES_OTHERS:
    raise ImproperlyConfigured("WEBHOOK_ALLOW_PRIVATE is for this machine alone; ALLOWED_HOSTS names other hosts.")

EVENTS_AT_ONCE = env.int("EVENTS_AT_ONCE", 250)  # worked off in one transaction, their leads locked meanwhile

# --- Live updates --------------------------------------------------------------------------------

STREAM_HEARTBEAT = env.float("STREAM_HEARTBEAT", 15.0)  # seconds of silence after which a stream shows that it lives
STREAM_INTERVAL = env.float("STREAM_INTERVAL", 0.1)  # seconds between two events of a stream, at least
STREAM_THREADS = env.int("STREAM_THREADS", 4)  # of a process, for reading what streams send
STREAMS_PER_USER = env.int("STREAMS_PER_USER", 10)  # in a process

# --- The rest ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
FORMAT_MODULE_PATH = "config.formats"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"tokens": {"()": "config.logs.HidesTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    # Strawberry logs every refusal as an error; ours logs what nobody meant to show, once.
    "loggers": {
        "strawberry.execution": {"level": "CRITICAL"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
