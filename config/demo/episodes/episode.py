"""The shape of an episode, and how its days become moments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cases.demands.enums import ContactChannel, Identity, Outcome
from config.demo.casting import DUTIES
from config.demo.demand_texts.template import DemandText
from config.demo.demands import usual_result_day
from config.demo.enterprises import ENTERPRISES
from config.demo.fates import Fate
from config.demo.story import DAY, CaseStory, Step, TimeLine

CALLED = timedelta(minutes=4)  # a contact is entered so long after the call
FIRMS = {firm.serial: firm for firm in ENTERPRISES}


@dataclass(frozen=True)
class Act:
    """One step: how many working days before the as-of day, by which post (see `stage.POSTS`), and its words."""

    ago: float
    by: str
    action: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


def act(ago: float, by: str, action: str, **inputs: Any) -> Act:
    return Act(ago, by, action, inputs)


def proposes(ago: float, by: str, move: str, reason: str, /, **inputs: Any) -> Act:
    """A move that takes two people is asked for."""
    return Act(ago, by, "propose", {"action": move, "why": reason, **inputs})


@dataclass(frozen=True)
class Episode:
    """One demand of its own. `shows` is what it is there for; `seen_by` are accounts that have something to do or see.

    `lead` is the department that gets it first. It is dispatched by rule where the matter has one owner.
    """

    shows: str
    seen_by: tuple[str, ...]
    firm: int
    lead: str
    text: DemandText
    acts: tuple[Act, ...]
    handler: int = 0
    identity: str = Identity.OPEN
    submission: str = ""


def told(episode: Episode, line: TimeLine) -> CaseStory:
    """The story of an episode, its days written out."""
    moments = [line.moment(line.end - one.ago * DAY) for one in episode.acts]
    submitted = moments[0].date()
    results = [at.date() for at, one in zip(moments, episode.acts, strict=True) if one.action == "result"]
    text = episode.text.dated(submitted, results[-1] if results else usual_result_day(episode.text, submitted))
    firm, duty = FIRMS[episode.firm], DUTIES[text.duty_code]
    return CaseStory(
        fate=Fate(episode.shows, 1, tuple(one.action for one in episode.acts)),
        firm=firm,
        text=text,
        duty=duty,
        lead=episode.lead,
        desk=firm.district,
        urgent=False,
        by_rule=len(duty.owners) == 1,
        handler=episode.handler,
        steps=tuple(
            Step(at, one.action, one.by, _inputs(one, at, text, line))
            for one, at in zip(episode.acts, moments, strict=True)
        ),
        identity=episode.identity,
        submission=episode.submission,
    )


def _inputs(one: Act, at: datetime, text: DemandText, line: TimeLine) -> dict[str, Any]:
    """The words of the act; what it leaves out is taken from the demand text."""
    given: dict[str, Any] = {}
    if one.action == "contact":
        given = {"contacted_at": at - CALLED, "channel": ContactChannel.PHONE.value, "summary": text.first_contact}
    elif one.action == "plan":
        days = [line.calendar.nth_working_day_after(at.date(), 2 * n) for n in range(1, len(text.plan_steps) + 1)]
        given = {"steps": list(zip(text.plan_steps, days, strict=True))}
    elif one.action == "result":
        given = {
            "outcome": Outcome.SOLVED.value,
            "text": text.result_text,
            "evidence": "办理结果通知单 1 份，已与企业经办人电话核对，企业知悉。",
        }
    return given | dict(one.inputs)
