"""Addresses of demands. A demand is named by 128 random bits, never by its number or its key."""

from django.urls import path

from cases.demands.views import (
    case,
    dispatch_draft,
    dispatch_rules,
    duties,
    duty_changes,
    imports,
    intake,
    lists,
    submit,
    why,
)

app_name = "demands"
urlpatterns = [
    path("", lists.case_list, name="list"),
    path("new/", submit.choose_category, name="submit"),
    path("new/<slug:category>/", submit.answer_questions, name="questions"),
    path("intake/", intake.intake_list, name="intake"),
    path("intake/import/", imports.upload_file, name="import"),
    path("intake/import/template/", imports.import_template, name="import_template"),
    path("intake/import/<uuid:public_id>/", imports.import_job, name="job"),
    path("intake/import/<uuid:public_id>/errors/", imports.import_errors, name="import_errors"),
    path("intake/<uuid:public_id>/", intake.claim, name="claim"),
    path("duties/", duties.duty_list, name="duties"),
    path("duties/new/", duty_changes.new_duty, name="new_duty"),
    path("duties/<uuid:public_id>/", duties.duty_page, name="duty"),
    path("duties/<uuid:public_id>/change/", duty_changes.change_duty, name="change_duty"),
    path("duties/<uuid:public_id>/retire/", duty_changes.retire_duty, name="retire_duty"),
    path("dispatch-rules/", dispatch_rules.overview, name="dispatch_rules"),
    path("dispatch-rules/versions/", dispatch_rules.rule_versions, name="dispatch_versions"),
    path("dispatch-rules/versions/<slug:version>/", dispatch_rules.rule_version, name="dispatch_version"),
    path("dispatch-rules/draft/", dispatch_draft.draft_page, name="dispatch_draft"),
    path("dispatch-rules/draft/begin/", dispatch_draft.begin, name="dispatch_begin"),
    path("dispatch-rules/draft/change/", dispatch_draft.change, name="dispatch_change"),
    path("dispatch-rules/draft/rehearse/", dispatch_draft.rehearse, name="dispatch_rehearse"),
    path("dispatch-rules/draft/rehearsal.csv", dispatch_draft.rehearsal_csv, name="dispatch_figures"),
    path("dispatch-rules/draft/adopt/", dispatch_draft.adopt_page, name="dispatch_adopt"),
    path("dispatch-rules/draft/rules/<slug:place>/", dispatch_draft.rule_page, name="dispatch_rule"),
    path("<uuid:public_id>/", case.case_page, name="case"),
    path("<uuid:public_id>/submitted/", submit.submitted, name="submitted"),
    path("<uuid:public_id>/receipt/", submit.receipt, name="receipt"),
    path("<uuid:public_id>/durations/", why.durations, name="durations"),
    path("<uuid:public_id>/clocks/<slug:name>/", why.clock_page, name="clock"),
    path("<uuid:public_id>/<slug:action>/", case.act, name="act"),
]
