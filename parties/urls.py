"""Addresses of signing in and of a person's own settings."""

from django.urls import path

from parties import views

urlpatterns = [
    path("signin/", views.SignInView.as_view(), name="login"),
    path("signin/again/", views.recovered, name="recovered"),
    path("signout/", views.SignOutView.as_view(), name="logout"),
    path("large-text/", views.large_text, name="large_text"),
    path("language/", views.language, name="language"),
]
