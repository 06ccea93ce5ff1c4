"""Addresses of documents. A document is named by 128 random bits; for everybody else there is its code."""

from django.urls import path

from config.pages.documents import lists, previews, samples, viewer, withdrawing

app_name = "documents"
urlpatterns = [
    path("", lists.document_list, name="list"),
    path("samples/", samples.samples, name="samples"),
    path("samples/make/", samples.make, name="make_sample"),
    path("samples/<uuid:public_id>/", samples.sample, name="sample"),
    path("samples/<uuid:public_id>/file/", samples.sample_file, name="sample_file"),
    path("samples/<uuid:public_id>/pages/<slug:number>/", samples.sample_page, name="sample_page"),
    path("previews/<uuid:public_id>/", previews.preview, name="preview"),
    path("previews/<uuid:public_id>/file/", previews.preview_file, name="preview_file"),
    path("previews/<uuid:public_id>/pages/<slug:number>/", previews.preview_page, name="preview_page"),
    path("<uuid:public_id>/", viewer.document_page, name="document"),
    path("<uuid:public_id>/file/", viewer.document_file, name="file"),
    path("<uuid:public_id>/pages/<slug:number>/", viewer.page_picture, name="page"),
    path("<uuid:public_id>/again/", viewer.again, name="again"),
    path("<uuid:public_id>/withdraw/", withdrawing.withdraw, name="withdraw"),
]
