"""Settings of the tests: those of the product, but for what a test run needs."""

import os
from pathlib import Path

# What a developer's shell sets for the site must not reach the tests: DATABASE_URL alone chooses the engine, and
# DIALOGUE_PICTURES, which only the tests read, whether the manual's pictures are taken anew.
for _name in [name for name in os.environ if name.startswith("DIALOGUE_") and name != "DIALOGUE_PICTURES"]:
    del os.environ[_name]
os.environ["DIALOGUE_SECRET_KEY"] = "for tests only, guards nothing"
os.environ["DIALOGUE_VAR_DIR"] = str(Path(__file__).resolve().parent.parent / "var" / "test")
# Playwright keeps an event loop running in the thread of a browser test, in which Django would refuse its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from config.settings import *

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: in memory there is neither a second connection nor WAL. Its name is the run's, so that
    # two runs at once do not meet; pytest-django adds the worker's, Django deletes the file at the end.
    _run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"{_run}.sqlite3")}
    # Nothing waits for the disk, as on the PostgreSQL of the tests: what a crash of the machine loses is worth nothing.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

# Argon2 takes 0.17 s and 100 MiB a password by design.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files as they lie in the source, without collecting them first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# Tests of signing in alone ask for these; every other test may send as much as it likes.
RATE_LIMITS_OF_THE_PRODUCT, RATE_LIMITS = RATE_LIMITS, {}
SECOND_FACTOR = "optional"
