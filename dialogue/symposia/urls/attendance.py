from django.urls import path

from dialogue.symposia.views import attendance, check_in

urlpatterns = [
    path("check-in/<slug:code>/", check_in.check_in, name="check_in"),
    path("<uuid:public_id>/attendance/", attendance.attendance, name="attendance"),
    path("<uuid:public_id>/screen/", check_in.screen, name="screen"),
    path("<uuid:public_id>/screen/code.svg", check_in.screen_code, name="screen_code"),
]
