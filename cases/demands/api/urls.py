"""One address a resource and one a move."""

from django.urls import path

from cases.demands.api import access, batch, duties, files, proposals, views
from cases.demands.forms import FORMS
from workflow.api_moves import move_view

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("categories/", views.CategoriesView.as_view(), name="categories"),
    path("duty-items/", duties.DutyListView.as_view(), name="duty-items"),
    path("duty-items/<uuid:public_id>/", duties.DutyView.as_view(), name="duty-item"),
    path("intake/", views.IntakeListView.as_view(), name="intake"),
    path("intake/<uuid:public_id>/claim/", views.ClaimView.as_view(), name="claim"),
    path("enterprises/", views.EnterprisesView.as_view(), name="enterprises"),
    path("cases/", views.CaseListView.as_view(), name="cases"),
    path("cases/granted/", access.GrantedView.as_view(), name="granted"),
    path("cases/former/", access.FormerListView.as_view(), name="former_cases"),
    path("cases/former/<uuid:public_id>/", access.FormerView.as_view(), name="former_case"),
    path("cases/shared/<uuid:public_id>/", access.SharedView.as_view(), name="shared_case"),
    path("cases/batch/", batch.BatchView.as_view(), name="cases_batch"),
    path("cases/<uuid:public_id>/", views.CaseView.as_view(), name="case"),
    path("cases/<uuid:public_id>/handlers/", views.HandlersView.as_view(), name="handlers"),
    path("cases/<uuid:public_id>/clocks/<slug:name>/", views.ClockView.as_view(), name="clock"),
    path("cases/<uuid:public_id>/durations/", views.DurationsView.as_view(), name="durations"),
    path("proposals/", proposals.ProposalsView.as_view(), name="proposals"),
    *(
        path(f"proposals/<uuid:public_id>/{verb}/", proposals.answer_view(verb).as_view(), name=f"proposal-{verb}")
        for verb in ("consent", "refuse", "take-back")
    ),
    path("cases/<uuid:public_id>/files/<uuid:file_id>/", files.FileView.as_view(), name="file"),
    *(
        path(f"cases/<uuid:public_id>/{action}/", files.attach_view(action).as_view(), name=action)
        for action in files.WITH_FILES
    ),
    *(
        path(f"cases/<uuid:public_id>/{action}/", move_view(views.CaseMoveView, action).as_view(), name=action)
        for action in FORMS
        if action not in files.WITH_FILES
    ),
]
