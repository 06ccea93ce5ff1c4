"""That a chain stands under a daily seal, for whoever holds that seal and nothing else of the ledger."""

from typing import Any

from django.db import router

from foundation.canonical import canonical
from workflow.merkle import inclusion
from workflow.models import Event, Seal
from workflow.seals import NOTHING, document, heads_between


def proof_of(kind: str, pk: int, last_seq: int) -> dict[str, Any] | None:
    """The newest seal whose leaf of this subject is an event up to `last_seq`: seal, leaf, and the way to its root.

    None when there is none yet. It reads what that seal covers, a day of the ledger, once.
    """
    using = router.db_for_read(Seal)
    chain = Event.objects.using(using).filter(subject_kind=kind, subject_id=pk)
    for event in chain.filter(seq__lte=last_seq).order_by("-seq"):
        seal = Seal.objects.using(using).filter(last_event__gte=event.pk).order_by("number").first()
        if seal is None or chain.filter(seq=event.seq + 1, pk__lte=seal.last_event).exists():
            continue  # not sealed yet, or a later event is the leaf
        before = Seal.objects.using(using).filter(number=seal.number - 1).first()
        leaf = {"subject": event.subject_key, "seq": event.seq, "digest": event.digest}
        leaves = heads_between(before.last_event if before else NOTHING.event, seal.last_event, using)
        path = inclusion(leaves, canonical(leaf))
        if path is None:
            return None
        steps = [{"side": side, "hash": other} for side, other in path]
        return {"seal": {**document(seal), "hash": seal.digest}, "leaf": leaf, "path": steps}
    return None
