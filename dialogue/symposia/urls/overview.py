from django.urls import path

from dialogue.symposia.views import cadence, ics, overview

urlpatterns = [
    path("", overview.meeting_list, name="list"),
    path("calendar/", overview.month_page, name="calendar"),
    path("cadence/", cadence.cadence_page, name="cadence"),
    path("<uuid:public_id>.ics", ics.meeting_file, name="ics"),
]
