"""The WSGI application that granian serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.forwarding import forwarded
from foundation.content_types import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = forwarded(readable(get_wsgi_application()), proxies=settings.PROXIES)
