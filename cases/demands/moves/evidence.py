"""Everything of a demand in one file that can be handed over: asked for here, made by the worker."""

from django.db import transaction

from cases.demands import queries
from cases.demands.evidence.asking import start
from cases.demands.models import Case
from workflow.actor import Actor
from workflow.door import move


def make_pack(case_id: int, *, by: Actor, purpose: str, seen: int | None = None) -> Case:
    """A pack of the demand up to this event waits to be made by the worker; the event says what for.

    The event also keeps the hashes of what every document says, so that the chain covers them. Firm and department
    hear nothing of it. Raises WrongMoment while enough packs of this demand are being made.
    """
    with transaction.atomic():
        documents = list(queries.documents_of(case_id).values("number", "version", "content_sha256"))
        case = move(
            Case,
            case_id,
            "make_pack",
            by=by,
            seen=seen,
            say="生成证据包",
            note=purpose.strip(),
            record={"documents": documents},
            purpose=purpose,
            documents=documents,
        )
        start(case, by=by, purpose=purpose.strip())
        return case
