from django.urls import path

from dialogue.symposia.views import items, reading

urlpatterns = [
    path("items/", items.item_list, name="items"),
    path("items/<uuid:public_id>/", items.item_page, name="item"),
    path("<uuid:public_id>/minutes/", reading.minutes_page, name="minutes"),
]
