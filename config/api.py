"""The addresses of the API, version 1. Each system brings its own; here they get their place."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

app_name = "api"
urlpatterns = [
    path("", include("cases.demands.api.urls")),
    path("schema.json", login_not_required(SpectacularJSONAPIView.as_view()), name="schema"),
]
