"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from foundation.content_types import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = readable(get_wsgi_application())
