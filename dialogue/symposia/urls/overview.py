from django.urls import path

from dialogue.symposia.views import overview

urlpatterns = [
    path("", overview.meeting_list, name="list"),
]
