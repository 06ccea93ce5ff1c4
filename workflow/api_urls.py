"""Addresses of the API for what every system shares."""

from django.urls import path

from workflow.api_notices import NoticesView, ReadView
from workflow.api_policies import ClockPoliciesView

urlpatterns = [
    path("notices/", NoticesView.as_view(), name="notices"),
    path("notices/<uuid:public_id>/read/", ReadView.as_view(), name="read_notice"),
    path("policies/clocks/", ClockPoliciesView.as_view(), name="clock-policies"),
]
