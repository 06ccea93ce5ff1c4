"""One address a resource and one a move."""

from django.urls import path

from dialogue.symposia.api import views
from dialogue.symposia.api.forms import MOVES
from workflow.api_moves import move_view

urlpatterns = [
    path("meetings/", views.MeetingListView.as_view(), name="meetings"),
    path("meetings/<uuid:public_id>/", views.MeetingView.as_view(), name="meeting"),
    path("action-items/", views.ItemListView.as_view(), name="action-items"),
    path("action-items/<uuid:public_id>/", views.ItemView.as_view(), name="action-item"),
    *(
        path(f"meetings/<uuid:public_id>/{action}/", move_view(views.MeetingMoveView, action).as_view(), name=action)
        for action in MOVES
    ),
]
