"""Every address of the product. All need signing in, but for signing in itself, checking a document, and two that
machines ask.
"""

from django.urls import include, path

from config.pages import home, posts, search
from config.pages.documents import checking
from foundation import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("", home.home, name="home"),
    path("box/<slug:name>/", home.box, name="box"),
    path("search/", search.search, name="search"),
    path("post/", posts.switch_post, name="switch_post"),
    path("", include("parties.urls")),
    path("directory/", include("config.pages.directory.urls")),
    path("accounts/", include("config.pages.accounts")),
    path("exchange/", include("parties.exchange.urls")),
    path("documents/", include("config.pages.documents.urls")),
    path("verify/", checking.verify, name="verify"),
    path("verify/file/", checking.verify_file, name="verify_file"),
    path("verify/<slug:code>/", checking.verified, name="verified"),
    path("demands/", include("cases.demands.urls")),
    path("symposia/", include("dialogue.symposia.urls")),
    path("", include("workflow.urls")),
    path("api/v1/", include("config.api")),
]
