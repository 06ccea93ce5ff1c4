from django.urls import path

from dialogue.symposia.views import acting, meeting, planning

urlpatterns = [
    path("new/", planning.new_meeting, name="new"),
    path("<uuid:public_id>/", meeting.meeting_page, name="meeting"),
    path("<uuid:public_id>/act/<slug:action>/", acting.act, name="act"),
]
