"""Addresses of what every system shares: calendars, policies, notices and their delivery, the state of the system."""

from django.urls import URLPattern, path

from workflow.views import calendars, deliveries, health, messages, notices, roster

app_name = "workflow"
urlpatterns: list[URLPattern] = [
    path("system/health/", health.page, name="health"),
    path("calendars/", calendars.calendar, name="calendar"),
    path("calendars/load/", calendars.load, name="calendar_load"),
    path("calendars/file/", calendars.read, name="calendar_file"),
    path("calendars/confirm/", calendars.confirm, name="calendar_confirm"),
    path("calendars/sample/", calendars.sample, name="calendar_sample"),
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
]
