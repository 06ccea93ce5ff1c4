"""Addresses of meetings, under /symposia/; one subject a file."""

from dialogue.symposia.urls import meeting, overview

app_name = "symposia"
# The addresses of one meeting last: `<uuid>/` takes what is left.
urlpatterns = [
    *overview.urlpatterns,
    *meeting.urlpatterns,
]
