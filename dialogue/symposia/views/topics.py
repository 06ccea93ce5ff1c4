"""The panel 议题 of a meeting: the agenda in its order, and what waits or was declined."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import pgettext

from dialogue.symposia import queries
from dialogue.symposia.enums import TopicSource, TopicState
from dialogue.symposia.models import Meeting, Topic
from dialogue.symposia.rules import of_the_house
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.door import offers

# Their buttons stand beside each topic.
ACTIONS = ("choose_topic", "decline_topic", "withdraw_topic")
TONES = {TopicState.PROPOSED: "amber", TopicState.CHOSEN: "green", TopicState.DECLINED: "grey"}


def panel(meeting: Meeting, actor: Actor, whole: bool) -> dict[str, Any]:
    """Two statements, and one for the demands among the topics."""
    topics = queries.topics_of(meeting, actor)
    open_to = queries.addresses_of(topics, actor)
    decisions = {offer.name for offer in offers(meeting, actor) if offer.name in ACTIONS and not offer.refusal}
    return {"topics": {"rows": [_row(meeting, topic, actor, open_to, decisions) for topic in topics], "whole": whole}}


def _row(meeting: Meeting, topic: Topic, actor: Actor, open_to: set[int], decisions: set[str]) -> dict[str, Any]:
    own = topic.proposed_for_id == actor.organisation_id
    decider = of_the_house(meeting, actor)
    return {
        "position": topic.position,
        "title": topic.title,
        "text": topic.text if own or decider or topic.state == TopicState.CHOSEN else "",
        "state": topic.get_state_display(),
        "tone": TONES[TopicState(topic.state)],
        "source": _source(topic, actor, own=own),
        "lead": topic.lead.name if topic.lead else "",
        "reason": topic.reason if own or decider else "",
        "case_url": reverse("demands:case", args=[topic.case.public_id]) if topic.case_id in open_to else "",
        "choose": _address(meeting, topic, "choose_topic") if "choose_topic" in decisions else "",
        "decline": _address(meeting, topic, "decline_topic")
        if "decline_topic" in decisions and topic.state != TopicState.DECLINED
        else "",
        "withdraw": _address(meeting, topic, "withdraw_topic")
        if "withdraw_topic" in decisions and own and topic.state == TopicState.PROPOSED
        else "",
        "chosen": topic.state == TopicState.CHOSEN,
    }


def _source(topic: Topic, actor: Actor, *, own: bool) -> str:
    """“企业提出 · 甲公司”. Who put a demand forward is not said where the firm may be hiding."""
    who = topic.firm_shown
    if topic.source == TopicSource.DEPARTMENT and topic.proposed_for:
        who = topic.proposed_for.name
    if own and actor.role in ENTERPRISE_ROLES:
        who = pgettext("topic", "本企业")
    return " · ".join(str(part) for part in (topic.get_source_display(), who) if part)


def _address(meeting: Meeting, topic: Topic, action: str) -> str:
    return f"{reverse('symposia:act', args=[meeting.public_id, action])}?{urlencode({'topic': topic.public_id})}"
