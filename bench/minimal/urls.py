"""Four addresses."""

from django.urls import path

from bench.minimal import views

urlpatterns = [
    path("queue/", views.queue),
    path("new/", views.create),
    path("demand/<int:pk>/", views.demand, name="demand"),
    path("demand/<int:pk>/take/", views.take),
]
