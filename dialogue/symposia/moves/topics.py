"""Topics are put forward, chosen in an order, or declined; each decision with its reason."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.demands.identity import firm_for_all, knows_firm
from cases.demands.models import Case
from cases.demands.naming import places_named, sentence
from cases.demands.queries import names_of
from dialogue.symposia import queries, rules
from dialogue.symposia.enums import TopicSource, TopicState
from dialogue.symposia.models import Meeting, Topic
from dialogue.symposia.moves.notices import renew_notices
from foundation.errors import Refused
from parties.models import Department, Enterprise
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.door import move
from workflow.notices import announce

ASIDE = 1000  # where places stand while they are given anew; the database knows each place of a meeting once


def propose_topic(
    meeting_id: int,
    *,
    by: Actor,
    seen: int | None = None,
    title: str = "",
    text: str = "",
    case: Case | None = None,
    lead: Department | None = None,
) -> Meeting:
    """A topic waits for the organising office: of an open demand that the actor may open, or in their own words.

    It is called like the demand unless it is given a title. Of a demand whose firm is hidden others read the alias,
    and whoever knows the firm may not name it. Raises Refused beside `title`, `text` or `case`.
    """
    with transaction.atomic():
        demand = _open_demand(case, by)
        topic = Topic(
            meeting_id=meeting_id,
            source=TopicSource.CASE,
            case=demand,
            lead=lead or (demand.lead if demand else None),
            title=" ".join((title or (demand.title if demand else "")).split()),
            text=text.strip(),
            proposed_for_id=by.organisation_id,
            proposed_by_id=by.user_id,
            proposed_at=by.now,
        )
        _check_words(topic)
        if demand is not None:
            _hide(topic, demand, by)
        meeting = move(
            Meeting,
            meeting_id,
            "propose_topic",
            by=by,
            seen=seen,
            say=lambda: f"{TopicSource(topic.source).label}“{topic.title}”" + _of(topic),
            source=_source(topic, by),
        )
        _check_number(meeting, by)
        if demand is not None and meeting.topics.filter(case=demand).exists():
            raise Refused("case", _("这件诉求已经是本次会议的议题"))
        topic.save()
        return meeting


def withdraw_topic(meeting_id: int, *, by: Actor, seen: int | None = None, topic: Topic) -> Meeting:
    """The topic that the actor's firm or department put forward is gone, as long as nothing was decided of it.

    What it said stays in the ledger. Raises Refused beside `topic` for one that is decided or somebody else's.
    """
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "withdraw_topic",
            by=by,
            seen=seen,
            say=f"“{topic.title}”" + _of(topic),
            record={"topic": topic.text},
        )
        _own_waiting(meeting, topic, by).delete()
        return meeting


def choose_topic(
    meeting_id: int, *, by: Actor, seen: int | None, topic: Topic, reason: str, position: int | None = None
) -> Meeting:
    """The topic stands on the agenda, at this place or at its end; the others move up or down.

    A topic that is there already moves. After the notice its documents say the new agenda. Whoever put it forward is
    told, unless it only moves.
    """
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "choose_topic",
            by=by,
            seen=seen,
            say=f"“{topic.title}”",
            note=reason.strip(),
            reason=reason,
        )
        chosen = _of_meeting(meeting, topic)
        if chosen.state != TopicState.CHOSEN:
            _tell(meeting, chosen, "topic_chosen", by=by)
        others = list(_chosen(meeting).exclude(pk=chosen.pk))
        if len(others) >= rules.MOST_TOPICS:
            raise Refused("", _("一次会议最多 %(n)s 个议题") % {"n": rules.MOST_TOPICS})
        place = len(others) if position is None else max(0, min(position - 1, len(others)))
        _decide(chosen, TopicState.CHOSEN, reason, by=by)
        _set_places([*others[:place], chosen, *others[place:]])
        renew_notices(meeting, by=by, reason="调整议题")
        return meeting


def decline_topic(meeting_id: int, *, by: Actor, seen: int | None, topic: Topic, reason: str) -> Meeting:
    """The topic is not on the agenda; whoever put it forward is told, and reads why. One that was chosen is taken
    off."""
    with transaction.atomic():
        meeting = move(
            Meeting,
            meeting_id,
            "decline_topic",
            by=by,
            seen=seen,
            say=f"“{topic.title}”",
            note=reason.strip(),
            reason=reason,
        )
        declined = _of_meeting(meeting, topic)
        taken_out = declined.state == TopicState.CHOSEN
        _tell(meeting, declined, "topic_taken_out" if taken_out else "topic_declined", by=by)
        declined.position = None
        _decide(declined, TopicState.DECLINED, reason, by=by)
        declined.save()
        left = list(_chosen(meeting))
        if not left and meeting.notified_at:
            raise Refused("topic", _("通知已经发出，至少要有一个议题"))
        _set_places(left)
        renew_notices(meeting, by=by, reason="调整议题")
        return meeting


def _open_demand(case: Case | None, by: Actor) -> Case | None:
    if case is None:
        return None
    found = Case.objects.visible_to(by).open().filter(pk=case.pk).select_related("enterprise", "lead").first()
    if found is None:
        raise Refused("case", _("没有找到这件诉求，或者它已经办结"))
    return found


def _hide(topic: Topic, demand: Case, by: Actor) -> None:
    """Whose the topic is, and as whom others read it."""
    topic.enterprise = demand.enterprise
    topic.firm_shown = firm_for_all(demand)
    if demand.hides_firm and knows_firm(demand, by):
        for field in ("title", "text"):
            if places := places_named({field: getattr(topic, field)}, names_of(demand)):
                words = {"what": sentence(places)}
                raise Refused(field, _("这件诉求隐去了企业，里面能看出是哪家企业：%(what)s") % words)


def _check_words(topic: Topic) -> None:
    if not topic.title:
        raise Refused("title", _("请填写议题，或者选择一件在办诉求"))
    if len(topic.title) > rules.LONGEST_TOPIC:
        raise Refused("title", _("议题不能超过 %(n)s 个字") % {"n": rules.LONGEST_TOPIC})


def _source(topic: Topic, by: Actor) -> str:
    """Where the topic comes from; a firm's own words are its firm's."""
    if topic.case is not None:
        return topic.source
    if by.role in ENTERPRISE_ROLES:
        firm = Enterprise.objects.get(pk=by.organisation_id)
        topic.source, topic.enterprise, topic.firm_shown = TopicSource.FIRM, firm, firm.name
    else:
        topic.source = TopicSource.OFFICE if by.role in rules.ORGANISERS else TopicSource.DEPARTMENT
    return topic.source


def _of(topic: Topic) -> str:
    return f"（{topic.firm_shown}）" if topic.firm_shown else ""


def _check_number(meeting: Meeting, by: Actor) -> None:
    """Only now, when the door has let this person through and the meeting is locked."""
    mine = meeting.topics.filter(proposed_for_id=by.organisation_id, state=TopicState.PROPOSED).count()
    if by.organisation_id != meeting.office_id and mine >= rules.MOST_WAITING:
        raise Refused("", _("每次会议最多有 %(n)s 个议题待选，请等主办单位选用") % {"n": rules.MOST_WAITING})


def _of_meeting(meeting: Meeting, topic: Topic) -> Topic:
    found = meeting.topics.filter(pk=topic.pk).first()
    if found is None:
        raise Refused("topic", _("没有找到这个议题"))
    return found


def _own_waiting(meeting: Meeting, topic: Topic, by: Actor) -> Topic:
    found = meeting.topics.filter(pk=topic.pk, proposed_for_id=by.organisation_id).first()
    if found is None:
        raise Refused("topic", _("没有找到这个议题"))
    if found.state != TopicState.PROPOSED:
        raise Refused("topic", _("主办单位已经对这个议题作出决定，不能再撤回"))
    return found


def _chosen(meeting: Meeting) -> QuerySet[Topic]:
    return meeting.topics.filter(state=TopicState.CHOSEN).order_by("position")


def _decide(topic: Topic, state: TopicState, reason: str, *, by: Actor) -> None:
    topic.state, topic.reason = state, reason.strip()
    topic.decided_by_id, topic.decided_at = by.user_id, by.now


def _tell(meeting: Meeting, topic: Topic, kind: str, *, by: Actor) -> None:
    """Firm or department are to hear what was decided of their topic; nobody hears what their own office decided."""
    if topic.proposed_for_id not in (None, by.organisation_id):
        tells, at = {queries.proposer_of(topic): kind}, max(by.now, meeting.head_at or by.now)
        announce(meeting, tells=tells, seq=meeting.head_seq, at=at, request_id=by.request_id)


def _set_places(topics: list[Topic]) -> None:
    """These topics stand on the agenda in this order, from 1."""
    for offset in (ASIDE, 0):
        for place, topic in enumerate(topics, start=1):
            topic.position = offset + place
            topic.save()
