"""Addresses of demands. A demand is named by 128 random bits, never by its number or its key."""

from django.urls import path

from cases.demands.views import (
    access,
    batch,
    case,
    files,
    imports,
    intake,
    lists,
    printing,
    proposals,
    saved,
    submit,
    why,
    withdrawals,
)

app_name = "demands"
urlpatterns = [
    path("", lists.case_list, name="list"),
    path("print/", printing.print_list, name="print_list"),
    path("keys/", lists.keys, name="keys"),
    path("columns/", saved.columns, name="columns"),
    path("filters/", saved.saved_filters, name="filters"),
    path("filters/<uuid:public_id>/", saved.saved_filter, name="filter"),
    path("batch/", batch.start, name="batch"),
    path("batch/<uuid:public_id>/", batch.result, name="batch_result"),
    path("shared/", access.shared_list, name="shared"),
    path("new/", submit.choose_category, name="submit"),
    path("new/<slug:category>/", submit.answer_questions, name="questions"),
    path("withdrawals/", withdrawals.withdrawals, name="withdrawals"),
    path("intake/", intake.intake_list, name="intake"),
    path("intake/import/", imports.upload_file, name="import"),
    path("intake/import/template/", imports.import_template, name="import_template"),
    path("intake/import/<uuid:public_id>/", imports.import_job, name="job"),
    path("intake/import/<uuid:public_id>/errors/", imports.import_errors, name="import_errors"),
    path("intake/<uuid:public_id>/", intake.claim, name="claim"),
    path("proposals/<uuid:public_id>/<slug:verb>/", proposals.answer, name="proposal"),
    path("<uuid:public_id>/", case.case_page, name="case"),
    path("<uuid:public_id>/submitted/", submit.submitted, name="submitted"),
    path("<uuid:public_id>/receipt/", submit.receipt, name="receipt"),
    path("<uuid:public_id>/readings/", access.readings, name="readings"),
    path("<uuid:public_id>/durations/", why.durations, name="durations"),
    path("<uuid:public_id>/files/<uuid:file_id>/", files.download, name="file"),
    path("<uuid:public_id>/clocks/<slug:name>/", why.clock_page, name="clock"),
    path("<uuid:public_id>/print/", printing.print_case, name="print_case"),
    path("<uuid:public_id>/<slug:action>/", case.act, name="act"),
]
