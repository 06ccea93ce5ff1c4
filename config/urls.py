"""Every address of the product. All need signing in, but for the sign-in page itself and two that machines ask."""

from django.urls import include, path

from config.pages import home, posts
from foundation import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", home.home, name="home"),
    path("box/<slug:name>/", home.box, name="box"),
    path("post/", posts.switch_post, name="switch_post"),
    path("", include("parties.urls")),
    path("directory/", include("config.pages.directory.urls")),
    path("accounts/", include("config.pages.accounts")),
    path("exchange/", include("parties.exchange.urls")),
    path("demands/", include("cases.demands.urls")),
    path("", include("workflow.urls")),
    path("api/v1/", include("config.api")),
]
