"""Addresses of the API for what every system shares."""

from django.urls import path

from workflow.api_policies import ClockPoliciesView

urlpatterns = [
    path("policies/clocks/", ClockPoliciesView.as_view(), name="clock-policies"),
]
