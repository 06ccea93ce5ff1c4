"""Addresses of import and export by table."""

from django.urls import path

from parties.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("files/<uuid:public_id>/", views.sheet_page, name="sheet"),
    path("files/<uuid:public_id>/confirm/", views.confirm_sheet, name="confirm"),
    path("files/<uuid:public_id>/check/", views.recheck_sheet, name="recheck"),
    path("files/<uuid:public_id>/errors/<slug:ending>/", views.errors, name="errors"),
    path("<slug:code>/", views.upload, name="upload"),
    path("<slug:code>/template/<slug:ending>/", views.template, name="template"),
    path("<slug:code>/table/<slug:ending>/", views.standing, name="standing"),
]
