"""What a page asks or shows before a move runs: precedents before a dispatch, redo before an unsolved closing."""

from typing import Any

from django.http import HttpRequest

from cases.demands import queries
from cases.demands.enums import Confirmation
from cases.demands.forms import MoveForm
from cases.demands.models import Case
from workflow.actor import Actor
from workflow.door import refusal
from workflow.views.once import random_key

# Moves that name a department by a matter of the duty list: they show how returns of that matter were decided.
BY_DUTY = ("dispatch", "reassign")
ARBITRATION = ("uphold_return", "reject_return", "assign_lead")
NOT_SOLVED = (Confirmation.PARTLY, Confirmation.UNSOLVED)


def first(request: HttpRequest, case: Case, action: str, form: MoveForm) -> dict[str, Any] | None:
    """What this person must have seen before the move runs and has not, for the page to show; None when nothing.

    A department named for a matter that has precedents: those. A firm that closes what is not solved: that it may ask
    for another round (case lifecycle, move 26). Asked once: the page that shows it says so when it is sent.
    """
    posted = request.POST
    if action in BY_DUTY:
        code = form.cleaned_data["duty_item"].code
        if posted.get("precedents_of") == code or not (found := list(queries.precedents(code, request.actor))):
            return None
        return {"precedents": found, "precedents_of": code, "asked_again": True}
    if action == "confirm" and form.cleaned_data["confirmation"] in NOT_SOLVED and "agreed" not in posted:
        offer = {"offers_redo": True, "redo_key": random_key()}
        return offer if refusal(case, "redo", request.actor) is None else None
    return None


def beside(case: Case, action: str, actor: Actor) -> dict[str, Any]:
    """What the page of a move shows beside its form; at most two statements, none for most moves."""
    if action in ARBITRATION and (sent := queries.open_return(case)) is not None:
        return {"sent_back": sent, "precedents": list(queries.precedents(sent.duty_code, actor))}
    if action in BY_DUTY and case.duty_item is not None:
        found = list(queries.precedents(case.duty_item.code, actor))
        return {"precedents": found, "precedents_of": case.duty_item.code if found else ""}
    return {}
