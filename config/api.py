"""The addresses of the API, version 1. Each system brings its own; here they get their place."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.permissions import IsAuthenticated

from workflow.api_view import NoSuchAddress

# Exempt from the redirect to the sign-in page, not from signing in: without token or session it answers 401.
schema = login_not_required(
    SpectacularJSONAPIView.as_view(permission_classes=[IsAuthenticated], renderer_classes=[OpenApiJsonRenderer2])
)

app_name = "api"
urlpatterns = [
    path("", include("cases.demands.api.urls")),
    path("", include("dialogue.symposia.api.urls")),
    path("", include("workflow.api_urls")),
    path("directory/", include("config.pages.directory.api")),
    path("documents/", include("config.pages.documents.api")),
    path("schema.json", schema, name="schema"),
    re_path("", NoSuchAddress.as_view(), name="nowhere"),
]
