"""Addresses of meetings, under /symposia/; one subject a file."""

from dialogue.symposia.urls import attendance, items, meeting, overview, writing

app_name = "symposia"
# The addresses of one meeting last: `<uuid>/` takes what is left.
urlpatterns = [
    *attendance.urlpatterns,
    *overview.urlpatterns,
    *items.urlpatterns,
    *writing.urlpatterns,
    *meeting.urlpatterns,
]
