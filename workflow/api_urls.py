"""Addresses of the API for what every system shares."""

from django.urls import path

from workflow.api_notices import NoticesView, ReadView

urlpatterns = [
    path("notices/", NoticesView.as_view(), name="notices"),
    path("notices/<uuid:public_id>/read/", ReadView.as_view(), name="read_notice"),
]
