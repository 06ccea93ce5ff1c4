"""Addresses of what every system shares: calendars, policies, notices and their delivery, the state of the system."""

from django.urls import URLPattern, path

from workflow.views import health, policies, policy_changes

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("system/health/", health.page, name="health"),
    path("policies/", policies.overview, name="policies"),
    path("policies/versions/", policies.policy_versions, name="policy_versions"),
    path("policies/versions/<slug:version>/", policies.policy_version, name="policy_version"),
    path("policies/change/", policy_changes.begin, name="policy_begin"),
    path("policies/change/<slug:start>/", policy_changes.change, name="policy_change"),
    path("policies/drafts/<uuid:public_id>/", policy_changes.draft, name="policy_draft"),
    path("policies/drafts/<uuid:public_id>/rehearse/", policy_changes.rehearse, name="policy_rehearse"),
    path("policies/drafts/<uuid:public_id>/rehearsal.csv", policy_changes.rehearsal_csv, name="policy_figures"),
    path("policies/drafts/<uuid:public_id>/adopt/", policy_changes.adopt_page, name="policy_adopt"),
]
