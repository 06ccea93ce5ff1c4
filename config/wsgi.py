"""The WSGI application that granian serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.forwarding import forwarded
from foundation.content_types import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = forwarded(readable(get_wsgi_application()), proxies=settings.PROXIES)

# What is loaded by now, views included, stays as long as the process: rubbish is looked for among what requests leave
# behind, and not among two hundred thousand objects besides, which took 130 ms every hundred pages.
get_resolver().url_patterns  # noqa: B018 (loads them)
gc.collect()
gc.freeze()
