"""Addresses of what every system shares: calendars, policies, notices and their delivery, the state of the system."""

from django.urls import URLPattern, path

from workflow.views import calendars, health

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("system/health/", health.page, name="health"),
    path("calendars/", calendars.calendar, name="calendar"),
    path("calendars/load/", calendars.load, name="calendar_load"),
    path("calendars/file/", calendars.read, name="calendar_file"),
    path("calendars/confirm/", calendars.confirm, name="calendar_confirm"),
    path("calendars/sample/", calendars.sample, name="calendar_sample"),
]
