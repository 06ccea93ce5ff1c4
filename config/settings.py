"""Settings of one installation, read from the environment; what each means stands in docs/settings.md."""

import os
from email.utils import formataddr
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.email_url import email_settings
from config.oidc import oidc_provider, origin
from config.rates import rates
from foundation import logs

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("DIALOGUE_VAR_DIR", BASE_DIR / "var"))


def _flag(name: str, default: str = "0") -> bool:
    return os.environ.get(name, default) == "1"


def _secret_key() -> str:
    """The key of this installation: from the environment, else from a file that set-up makes; never from the code."""
    if key := os.environ.get("DIALOGUE_SECRET_KEY"):
        return key
    file = VAR_DIR / "secret-key"
    if file.exists():
        return file.read_text().strip()
    raise ImproperlyConfigured("Set DIALOGUE_SECRET_KEY, or let set-up make the file secret-key in the var folder.")


SECRET_KEY = _secret_key()
DEBUG = _flag("DIALOGUE_DEBUG")
# The demonstration city: its accounts stand on the sign-in page. Never on where real people sign in.
DEMO = _flag("DIALOGUE_DEMO")
ALLOWED_HOSTS = os.environ.get("DIALOGUE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DIALOGUE_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "config",
    "dialogue.symposia",
    "cases.demands",
    "workflow",
    "parties",
    "documents",
    "foundation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "auditlog",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "foundation.middleware.RequestIdMiddleware",
    "foundation.middleware.ProbesMiddleware",
    "foundation.middleware.ReadableMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parties.middleware.SessionLimitMiddleware",
    "parties.middleware.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workflow.middleware.ActorMiddleware",
    "workflow.middleware.FirstThingsMiddleware",
    "workflow.middleware.WriteLimitMiddleware",
    "foundation.middleware.ErrorPagesMiddleware",
    "axes.middleware.AxesMiddleware",
]

# Addresses or networks of the proxies in front, whose word for a client's address is believed (config/forwarding.py).
PROXIES = [address for address in os.environ.get("DIALOGUE_PROXIES", "").split(",") if address]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "config.pages.context.shell",
            ],
        },
    },
]
# Widgets of our own are drawn by templates of ours.
FORM_RENDERER = "foundation.forms.Renderer"

# --- database: SQLite by default, PostgreSQL by DATABASE_URL ---------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'dialogue.sqlite3'}", conn_max_age=None
    )
}
# Connections stay open on both engines; a worker checks its own before use.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A writer takes its lock at BEGIN, so that two moves on one case queue instead of failing half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;",
    }
else:
    # /readyz and people are told soon that the database's machine is gone; the driver would wait two minutes.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    if not _flag("DIALOGUE_POOLER"):
        # A statement is planned once a connection and not once a request; a pooler in between could not keep the plan.
        DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Outside the database: the daily seals of the ledger, which an auditor keeps elsewhere (how-to/check-the-ledger.md).
SEALS_FILE = Path(os.environ.get("DIALOGUE_SEALS_FILE", VAR_DIR / "seals" / "seals.jsonl"))

# Shared by all processes: which codes of a second factor were used. Limits are counted by parties.sign_in.limits.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "parties_cacheentry",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
TASKS = {"default": {"BACKEND": os.environ.get("DIALOGUE_TASKS", "django_tasks_db.DatabaseBackend")}}
# A backend whose queue lies in this very database takes part in its transactions; any other is told after the commit.
TASKS_IN_TRANSACTION = _flag(
    "DIALOGUE_TASKS_IN_TRANSACTION", str(int(TASKS["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"))
)

# --- messages --------------------------------------------------------------------------------------------------------
SITE_URL = os.environ.get("DIALOGUE_SITE_URL", "http://127.0.0.1:8000").rstrip("/")  # where links in mail lead
globals().update(email_settings(os.environ.get("DIALOGUE_EMAIL_URL", ""), folder=VAR_DIR / "mail"))
DEFAULT_FROM_EMAIL = formataddr(("政企直通", os.environ.get("DIALOGUE_EMAIL_FROM", "noreply@localhost")))
EMAIL_TIMEOUT = 20  # seconds without an answer; well below workflow.outbox.LEASE

# --- who may come in -------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["parties.hashers.BoundedArgon2PasswordHasher"]
HASHES_AT_ONCE = int(os.environ.get("DIALOGUE_HASHES_AT_ONCE", "2"))  # passwords a process hashes at a time
# One more than ASVS 5.0, 6.2.1 asks for; the longest for which the list of Django holds the 3,000 that 6.2.4 asks for.
PASSWORD_LENGTH = int(os.environ.get("DIALOGUE_PASSWORD_LENGTH", "9"))
if not 8 <= PASSWORD_LENGTH <= 64:
    raise ImproperlyConfigured("DIALOGUE_PASSWORD_LENGTH is 8 to 64.")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "parties.password_rules.LengthValidator"},
    {"NAME": "parties.password_rules.CommonWithAdditionsValidator"},
    {"NAME": "parties.password_rules.ContextWordsValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "parties.sign_in.addresses.address_of"

# Who must have a second factor: officials, or nobody. In the demonstration everybody tries every account at once.
SECOND_FACTOR = os.environ.get("DIALOGUE_SECOND_FACTOR", "optional" if DEMO else "officials")
if SECOND_FACTOR not in ("officials", "optional"):
    raise ImproperlyConfigured("DIALOGUE_SECOND_FACTOR is officials or optional.")
ACCOUNT_ADAPTER = "parties.sign_in.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # mail addresses are for notices, and prove nobody
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # those below count for all processes together
MFA_ADAPTER = "parties.sign_in.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds by which a phone's clock may differ
# The other provider people may sign in at, by OpenID Connect (docs/how-to/sign-in.md).
OIDC = {
    "issuer": os.environ.get("DIALOGUE_OIDC_ISSUER", ""),
    "client_id": os.environ.get("DIALOGUE_OIDC_CLIENT_ID", ""),
    "client_secret": os.environ.get("DIALOGUE_OIDC_CLIENT_SECRET", ""),
    "name": os.environ.get("DIALOGUE_OIDC_NAME", "统一认证"),
    "account_claim": os.environ.get("DIALOGUE_OIDC_ACCOUNT_CLAIM", ""),
}
SOCIALACCOUNT_ADAPTER = "parties.sign_in.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = oidc_provider(OIDC)

# How often each account, organisation and address may do something, as number and seconds (docs/how-to/sign-in.md).
RATE_LIMITS = {
    "sign_in": rates("DIALOGUE_LIMIT_SIGN_IN", "account=30/900 firm=600/900 address=600/900"),
    "password": rates("DIALOGUE_LIMIT_PASSWORD", "account=30/900 firm=600/900 address=600/900"),
    "code": rates("DIALOGUE_LIMIT_CODE", "account=10/900 firm=600/900 address=600/900"),
    "write": rates("DIALOGUE_LIMIT_WRITE", "account=300/60 firm=3000/60 address=3000/60"),
    "verify": rates("DIALOGUE_LIMIT_VERIFY", "address=600/900"),
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600  # seconds; absolute, counted from sign-in
SESSION_IDLE_AGE = 30 * 60  # seconds without a request, after which the session ends
SESSION_SEEN_EVERY = 5 * 60  # seconds; the last request is noted at most this often
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.pages.errors.csrf_failure"

# --- what the browser is told ----------------------------------------------------------------------------------------
HTTPS = _flag("DIALOGUE_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A form that leads on to the other provider is refused by the browser unless it is named here.
        "form-action": [SELF, *origin(OIDC["issuer"])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

# --- words and times -------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]  # each by its own name: who looks for it reads it
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
FILES_DIR = Path(os.environ.get("DIALOGUE_FILES_DIR", VAR_DIR / "files"))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Never served from there, and readable by this installation alone.
        "OPTIONS": {
            "location": FILES_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- files that people send (docs/how-to/attachments.md) -------------------------------------------------------------
FILES_LARGEST = int(os.environ.get("DIALOGUE_FILES_LARGEST", "20"))  # MB of one file
FILES_AT_ONCE = int(os.environ.get("DIALOGUE_FILES_AT_ONCE", "10"))  # files of one form
FILES_OF_A_CASE = int(os.environ.get("DIALOGUE_FILES_OF_A_CASE", "100"))
FILES_SIZE_OF_A_CASE = int(os.environ.get("DIALOGUE_FILES_SIZE_OF_A_CASE", "500"))  # MB
FILES_ARCHIVE_ENTRIES = int(os.environ.get("DIALOGUE_FILES_ARCHIVE_ENTRIES", "3000"))
FILES_ARCHIVE_UNPACKED = int(os.environ.get("DIALOGUE_FILES_ARCHIVE_UNPACKED", "100"))  # MB
FILES_ARCHIVE_RATIO = int(os.environ.get("DIALOGUE_FILES_ARCHIVE_RATIO", "100"))
FILES_ACCEL = os.environ.get("DIALOGUE_FILES_ACCEL", "")  # where the proxy in front serves the kept files from
# A folder with licensed fonts (docs/how-to/fonts.md); they come before those that are shipped.
DOCUMENT_FONTS_DIR = Path(folder) if (folder := os.environ.get("DIALOGUE_FONTS_DIR", "")) else None
# What documents are signed with, and the authorities that are believed (docs/how-to/sign-documents.md).
SIGNING_KEY = os.environ.get("DIALOGUE_SIGNING_KEY", "")  # a PKCS#12 file
SIGNING_PASSPHRASE = os.environ.get("DIALOGUE_SIGNING_PASSPHRASE", "")
SIGNING_PASSPHRASE_FILE = os.environ.get("DIALOGUE_SIGNING_PASSPHRASE_FILE", "")
SIGNING_ROOTS = [file for file in os.environ.get("DIALOGUE_SIGNING_ROOTS", "").split(",") if file]  # PEM
CLAMAV = os.environ.get("DIALOGUE_CLAMAV", "")
FILE_UPLOAD_HANDLERS = ["foundation.files.receiving.ArrivingUploads"]
# A few more than a form takes are read, so that it can say so; beyond that the request is refused as a whole.
DATA_UPLOAD_MAX_NUMBER_FILES = 2 * FILES_AT_ONCE

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "workflow.authentication.TokenAuthentication",
        "workflow.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": None,
    "EXCEPTION_HANDLER": "workflow.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "政企直通 API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AnswerEnum": "dialogue.symposia.enums.Answer.choices",
        "AnswerGivenEnum": "dialogue.symposia.enums.GIVEN_ANSWERS",
        "DocumentKindEnum": "documents.enums.DocumentKind.choices",
        "DocumentStatusEnum": "documents.enums.DocumentStatus.choices",
        "MeetingKindEnum": "dialogue.symposia.enums.MeetingKind.choices",
        "MeetingStateEnum": "dialogue.symposia.enums.MeetingState.choices",
    },
    "COMPONENT_SPLIT_PATCH": False,  # what a change must carry is said by its own shape
}

# --- what is logged, and how many seconds the parts that run by themselves may be silent ------------------------------
TRUST_REQUEST_ID = _flag("DIALOGUE_TRUST_REQUEST_ID")
LOGGING = logs.configuration(
    level=os.environ.get("DIALOGUE_LOG_LEVEL", "INFO"), kind=os.environ.get("DIALOGUE_LOG_FORMAT", "json")
)
WORKER_SILENT_AFTER = int(os.environ.get("DIALOGUE_WORKER_SILENT_AFTER", "120"))
TICK_SILENT_AFTER = int(os.environ.get("DIALOGUE_TICK_SILENT_AFTER", "300"))
REPLAY_SILENT_AFTER = int(os.environ.get("DIALOGUE_REPLAY_SILENT_AFTER", "172800"))
QUEUE_LATE_AFTER = int(os.environ.get("DIALOGUE_QUEUE_LATE_AFTER", "300"))
