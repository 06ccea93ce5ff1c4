"""The warning that a hidden firm can be recognised by its own words: on the page 核对, and for intake at 受理."""

from collections.abc import Mapping
from typing import Any

from cases.demands import queries
from cases.demands.enums import Identity
from cases.demands.forms import SubmitForm
from cases.demands.models import Case
from cases.demands.naming import Named
from cases.demands.questions import COMMON
from workflow.actor import Actor


def of_submission(form: SubmitForm, contact: Mapping[str, Any], actor: Actor) -> list[tuple[str, str, str]]:
    """Where what is about to be submitted names the firm; no statement unless the firm hides.

    `contact` is asked once for all matters of a submission.
    """
    inputs = {**form.inputs(), **contact}
    if inputs["identity"] != Identity.HIDDEN or actor.organisation_id is None:
        return []
    draft = Case(
        enterprise_id=actor.organisation_id,
        identity=inputs["identity"],
        category=inputs["category"],
        answers=inputs["answers"],
        questions_of=inputs["category"].code,
        questions_version=inputs["questions_version"],
        title=inputs["title"],
        text=inputs["text"],
        wanted=inputs["wanted"],
        contact_name=inputs["contact_name"],
        contact_phone=inputs["contact_phone"],
    )
    return shown(queries.named_in(draft))


def shown(places: list[Named]) -> list[tuple[str, str, str]]:
    """As (label of the question, what, the words of the firm)."""
    labels = {question.key: question.label for question in COMMON}
    return [(str(labels.get(place.field, place.field)), str(place.what), place.words) for place in places]
