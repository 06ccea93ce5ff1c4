"""Addresses of what every system shares: calendars, policies, notices and their delivery."""

from django.urls import URLPattern

app_name = "workflow"
urlpatterns: list[URLPattern] = []
