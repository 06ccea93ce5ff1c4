"""Who sees task and text of a demand because an action item names them: told in its own chain (decision 0045)."""

from collections.abc import Collection

from django.db import transaction

from cases.demands import queries
from cases.demands.enums import Origin
from cases.demands.models import Case
from cases.demands.moves.access import share
from cases.demands.moves.origin import as_system, for_its_origin, ordered
from parties.models import Organisation
from workflow.actor import Actor
from workflow.door import move
from workflow.notices import announce


def share_by_origin(
    case_id: int, document: str, departments: Collection[Organisation], *, by: Actor, changed: bool = False
) -> Case:
    """Exactly these departments see task and text of the demand, by the minutes with the number `document`.

    The event states the whole set, at whose moment the rows of CaseAccess begin and end, so that they follow from the
    chain. Whoever sees it from now on is told; with `changed` the others are told that the minutes changed the item.
    Said again, nothing is written. For the issue of minutes, which holds the demand. Raises NotYours.
    """
    for_its_origin(Origin.ACTION_ITEM, by)
    with transaction.atomic():
        there, wanted = queries.sharing_departments(case_id), {one.pk: one for one in departments}
        new = [wanted[key].name for key in sorted(wanted.keys() - there.keys())]
        gone = [there[key].name for key in sorted(there.keys() - wanted.keys())]
        case = Case.objects.get(pk=case_id)
        if new or gone:
            parts = (("可以查看任务和诉求内容", new), ("不再查看任务和诉求内容", gone))
            said = "；".join(f"{'、'.join(names)}{what}" for what, names in parts if names)
            case = move(
                Case,
                case_id,
                "share_by_origin",
                by=as_system(Origin.ACTION_ITEM, by),
                seen=case.head_seq,
                say=f"依据{document or '会议纪要'}，{said}",
                record=ordered(by),
                facts={"origin_document": document, "shared_with": sorted(wanted)},
            )
            share(case, departments, by=by, at=case.head_at, reason=document)
        tells = {queries.of_department(key): "task_shared" for key in sorted(wanted.keys() - there.keys())}
        if changed and wanted.keys() & there.keys():
            tells[queries.CO_HANDLERS] = "task_changed"
        if tells:
            at = max(by.now, case.head_at or by.now)
            # A correction may change the item and nothing of its demand: then the event it follows stays the same.
            announce(case, tells=tells, seq=case.head_seq, at=at, about=f"{document} {at.isoformat()}")
        return case


def tell_of_progress(case_id: int, *, by: Actor, about: str) -> None:
    """The departments that see task and text are told that its lead reported, all but the one that did.

    `about` tells this report from any other. One statement where there is nobody to tell.
    """
    there = queries.sharing_departments(case_id).keys() - {by.organisation_id}
    if there:
        case = Case.objects.get(pk=case_id)
        tells = {queries.of_department(key): "task_progress" for key in sorted(there)}
        announce(case, tells=tells, seq=case.head_seq, at=max(by.now, case.head_at or by.now), about=about)
