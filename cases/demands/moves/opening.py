"""A demand comes into being: submitted by a firm, or registered from another channel."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from cases.demands import queries, rules
from cases.demands.enums import Identity, Origin
from cases.demands.models import Case, Category, IntakeItem
from cases.demands.naming import sentence
from cases.demands.numbers import new_number
from foundation.errors import NotVisible, NotYours, Refused, WrongMoment
from foundation.prepared import Prepared
from parties.models import Enterprise, Office
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.door import Words, move

TRIES = 8  # for a free number: each has 1 chance in 1,000,000 / (demands of that district and year) to be taken

_ENTERPRISE = Prepared(lambda *, pk: Enterprise.objects.filter(pk=pk).select_related("district"), pk=int)
_PLATFORM = Prepared(
    lambda *, district: Office.objects.filter(
        serves_id=district, office_kind=Office.OfficeKind.PLATFORM, active=True
    ).order_by("pk")[:1],
    district=str,
)


def submit_case(
    *,
    by: Actor,
    category: Category,
    title: str,
    text: str,
    wanted: str = "",
    answers: Mapping[str, Any] | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    questions_version: int = 1,
    submission: UUID | None = None,
    identity: str = Identity.OPEN,
    named_knowingly: bool = False,
) -> Case:
    """A demand of the actor's own enterprise exists and waits for intake; the accept clock runs.

    The draft lives only inside this transaction. `questions_version` is that of the category's questions which were
    answered, `submission` is shared by the demands that were sent together. Raises NotYours when the actor does not act
    for an enterprise, and Refused `named_knowingly` when the firm hides but its texts name it and it has not said that
    it means to.
    """
    enterprise = next(iter(_ENTERPRISE.rows(pk=by.organisation_id)), None) if by.organisation_id else None
    if enterprise is None:
        raise NotYours(_("只有企业可以提交诉求"))
    rules.check_level(identity)
    draft = Case(
        origin=Origin.ENTERPRISE,
        category=category,
        title=title.strip(),
        text=text.strip(),
        wanted=wanted.strip(),
        answers=dict(answers or {}),
        questions_of=category.code,
        questions_version=questions_version,
        submission=submission,
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        identity=identity,
        enterprise=enterprise,
    )
    if not named_knowingly and (places := queries.named_in(draft)):
        raise Refused("named_knowingly", _("里面能看出您是哪家企业：%(what)s") % {"what": sentence(places)})
    # The ledger keeps these words for every reader: a hidden firm is not in them.
    who = "企业" if draft.hides_firm else enterprise.name
    return open_draft(draft, "submit", enterprise=enterprise, by=by, say=f"{who}提交，类别{category.name}")


def register_intake(item_id: int, *, by: Actor, enterprise: Enterprise, title: str = "") -> Case:
    """A message of another channel has become a demand of `enterprise`; its clocks start now and not earlier.

    Two officers who claim it at once get one demand: the second is told so.
    """
    with transaction.atomic():
        item = IntakeItem.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=item_id).first()
        if item is None:
            raise NotVisible(_("没有找到，或者您不能查看"))
        if item.case_id is not None:
            raise WrongMoment(_("这条来件已经认领"))
        draft = Case(
            origin=Origin.INTAKE,
            title=" ".join((title.strip() or item.title.strip() or item.text).split())[: rules.LONGEST_TITLE],
            text=item.text,
            office_id=item.office_id,
        )
        case = open_draft(
            draft,
            "register",
            enterprise=enterprise,
            by=by,
            say=f"来自{item.source}，外部编号 {item.external_number}，认领到{enterprise.name}",
        )
        item.case, item.claimed_by_id, item.claimed_at = case, by.user_id, by.now
        item.save(update_fields=["case", "claimed_by", "claimed_at"])
        return case


def open_draft(draft: Case, action: str, *, enterprise: Enterprise | None, by: Actor, say: Words, **more: Any) -> Case:
    """Save a draft for its enterprise and district, and take it out of draft with a number of its own.

    Without an enterprise it is of the district that its office serves. `more` is for the door.
    """
    draft.enterprise, draft.opened_by_id = enterprise, by.user_id
    draft.district_id = enterprise.district_id if enterprise else draft.office.serves_id
    if draft.office_id is None and enterprise is not None:
        office = next(iter(_PLATFORM.rows(district=enterprise.district_id)), None)
        if office is None:
            raise WrongMoment(_("企业所在旗区还没有平台办公室，请联系市平台办公室"))
        draft.office = office
    year = by.now.astimezone(ZONE).year
    with transaction.atomic():
        draft.save()
        for left in reversed(range(TRIES)):
            number = new_number(year, draft.district_id)
            try:
                with transaction.atomic():
                    return move(Case, draft.pk, action, by=by, seen=0, say=say, number=number, **more)
            except IntegrityError:
                if not left or not Case.objects.filter(number=number).exists():
                    raise
    raise AssertionError("the loop returns or raises")
