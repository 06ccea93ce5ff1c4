"""Addresses of the API for what every system shares."""

from django.urls import path

from workflow.api_exports import AgainView, ExportFileView, ExportsView, ExportView, ListsView
from workflow.api_notices import NoticesView, ReadView
from workflow.api_policies import ClockPoliciesView

urlpatterns = [
    path("exports/", ExportsView.as_view(), name="exports"),
    path("exports/lists/", ListsView.as_view(), name="export_lists"),
    path("exports/<uuid:public_id>/", ExportView.as_view(), name="export"),
    path("exports/<uuid:public_id>/again/", AgainView.as_view(), name="export_again"),
    path("exports/<uuid:public_id>/file/", ExportFileView.as_view(), name="export_file"),
    path("notices/", NoticesView.as_view(), name="notices"),
    path("notices/<uuid:public_id>/read/", ReadView.as_view(), name="read_notice"),
    path("policies/clocks/", ClockPoliciesView.as_view(), name="clock-policies"),
]
