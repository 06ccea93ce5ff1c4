"""Addresses of what every system shares: calendars, policies, notices and their delivery, the state of the system."""

from django.urls import URLPattern, path

from workflow.views import health

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("system/health/", health.page, name="health"),
]
