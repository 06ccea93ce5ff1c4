"""The minutes while they are written, commented on, previewed and compared."""

from django.urls import path

from dialogue.symposia.views import comments, comparing, writing

urlpatterns = [
    path("<uuid:public_id>/draft/", writing.write, name="write"),
    path("<uuid:public_id>/draft/comments/", comments.comments, name="comments"),
    path("<uuid:public_id>/draft/preview/", writing.preview, name="preview"),
    path("<uuid:public_id>/minutes/versions/", comparing.minutes_versions, name="minutes_versions"),
    path("<uuid:public_id>/draft/sections/<uuid:section>/", writing.save, name="save_section"),
    path("<uuid:public_id>/draft/sections/<uuid:section>/history/", comparing.section_history, name="section_history"),
]
