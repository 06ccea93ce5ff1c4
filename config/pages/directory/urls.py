"""Addresses of the directory. An entry is named by 128 random bits, its kind by a word."""

from django.urls import path

from config.pages.directory import changes, entries, lists, members

app_name = "directory"
urlpatterns = [
    path("", lists.first, name="first"),
    path("<slug:kind>/", lists.entry_list, name="list"),
    path("<slug:kind>/new/", changes.add_entry, name="add"),
    path("<slug:kind>/<uuid:public_id>/", entries.entry_page, name="entry"),
    path("<slug:kind>/<uuid:public_id>/change/", changes.change_entry, name="change"),
    path("<slug:kind>/<uuid:public_id>/active/", changes.activate_entry, name="activate"),
    path("<slug:kind>/<uuid:public_id>/firms/", members.add_member, name="add_member"),
    path("<slug:kind>/<uuid:public_id>/firms/<uuid:firm_id>/end/", members.end_member, name="end_member"),
    path("<slug:kind>/<uuid:public_id>/mass/", members.mass_organisation, name="mass"),
]
