"""Addresses of what every system shares: calendars, policies, notices and their delivery, the state of the system."""

from django.urls import URLPattern, path

from workflow.views import calendars, deliveries, exports, health, messages, notices, policies, policy_changes, roster

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("system/health/", health.page, name="health"),
    path("calendars/", calendars.calendar, name="calendar"),
    path("calendars/load/", calendars.load, name="calendar_load"),
    path("calendars/file/", calendars.read, name="calendar_file"),
    path("calendars/confirm/", calendars.confirm, name="calendar_confirm"),
    path("calendars/sample/", calendars.sample, name="calendar_sample"),
    path("exports/", exports.my_exports, name="exports"),
    path("exports/new/<slug:name>/", exports.export_list, name="export_list"),
    path("exports/<uuid:public_id>/file/", exports.export_file, name="export_file"),
    path("exports/<uuid:public_id>/again/", exports.again, name="export_again"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read_all, name="read_all"),
    path("notices/<uuid:public_id>/open/", notices.open_notice, name="open_notice"),
    path("roster/", roster.roster_page, name="roster"),
    path("roster/<uuid:public_id>/remove/", roster.remove_shift, name="remove_shift"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/resend/", deliveries.resend_messages, name="resend"),
    path("deliveries/<uuid:public_id>/", deliveries.delivery, name="delivery"),
    path("messages/", messages.message_list, name="messages"),
    path("messages/<slug:kind>/<slug:channel>/", messages.edit_message, name="message"),
    path("messages/<slug:kind>/<slug:channel>/reset/", messages.reset_message, name="reset_message"),
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
