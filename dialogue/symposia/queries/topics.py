"""Topics of a meeting as one reader may know them, and the demands that may become one."""

from django.db.models import F, QuerySet

from cases.demands.identity import firm_for_all
from cases.demands.models import Case
from dialogue.symposia.enums import TopicState
from dialogue.symposia.models import Meeting, Topic
from workflow.actor import Actor

PROPOSER = "proposer"
MOST_SHOWN = 100
MOST_DEMANDS = 50


def topics_of(meeting: Meeting, actor: Actor) -> list[Topic]:
    """The topics of the meeting that this reader may see: the agenda in its order, what waits, what was declined; at
    most MOST_SHOWN in one statement."""
    found = Topic.objects.visible_to(actor).filter(meeting=meeting).select_related("lead", "case", "proposed_for")
    return list(found.order_by(F("position").asc(nulls_last=True), "-state", "pk")[:MOST_SHOWN])


def waiting_of(meeting: Meeting, actor: Actor) -> QuerySet[Topic]:
    """The topics that the actor's organisation put forward and of which nothing is decided."""
    waiting = meeting.topics.filter(state=TopicState.PROPOSED, proposed_for_id=actor.organisation_id)
    return waiting.order_by("pk")


def proposer_of(topic: Topic) -> str:
    """The audience of whoever put this topic forward, for `Meeting`."""
    return f"{PROPOSER}:{topic.pk}"


def demands_to_propose(meeting: Meeting, actor: Actor) -> QuerySet[Case]:
    """The open demands at the actor's hand that are no topic of this meeting yet, the newest first."""
    there = meeting.topics.filter(case__isnull=False).values("case_id")
    found = Case.objects.visible_to(actor).open().exclude(pk__in=there)
    return found.select_related("enterprise").order_by("-pk")


def demand_words(case: Case, actor: Actor) -> str:
    """“2026-150602-3016437 蒸汽主管加压 · 甲公司”: a demand among others; whose it is, unless all are the reader's."""
    words = f"{case.number} {case.title}"
    firm = "" if case.enterprise_id == actor.organisation_id else firm_for_all(case)
    return f"{words} · {firm}" if firm else words


def addresses_of(topics: list[Topic], actor: Actor) -> set[int]:
    """The keys of the demands of these topics that the actor may open; one statement, none without demands."""
    cases = [topic.case_id for topic in topics if topic.case_id]
    return set(Case.objects.visible_to(actor).filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
