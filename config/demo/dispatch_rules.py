"""Rules of dispatch of the demonstration city, in force since the eve of its day: for matters that have several owners.

They were adopted after the last demand of the story was accepted, so that everything in it went as it is told.
"""

from datetime import date, timedelta

from cases.demands.dispatching.drafts import adopt_draft, begin_draft, save_rule
from cases.demands.dispatching.rehearsal_job import rehearse_at_once
from cases.demands.dispatching.rules import Effect, Rule
from parties.models import Membership
from workflow.actor import Actor, Channel, Post
from workflow.calendars import calendar_in_force

SOURCE = "平台工作例会议定：责任部门有交叉的事项，先按文字和事项分流；疑难的用地事项仍由派单员研究。"
RULES = (
    Rule(key="", categories=("LAND",), klasses=("HARD",), effect=Effect.LEAVE),
    Rule(key="", categories=("ENERGY",), words=("蒸汽", "集中供热"), matter="ZJJ-05", lead="nyj"),
    Rule(key="", categories=("ENERGY",), words=("转供电", "电费加价"), matter="SCJGJ-07", lead="fgw"),
    Rule(key="", matters=("GXJ-01",), lead="gxj"),
)


def adopt_rules(administrator: Membership, *, as_of: date) -> None:
    """The rules are in force since the end of the last working day, after a rehearsal."""
    calendar, day = calendar_in_force(), as_of - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    now, post = calendar.end_of_working_day(day) - timedelta(minutes=10), Post.of(administrator)
    by = Actor(user_id=administrator.user_id, now=now, post=post, posts=(post,), channel=Channel.COMMAND)
    draft = begin_draft(by=by)
    for rule in RULES:
        draft = save_rule(rule, position=None, seen=draft.revision, by=by)
    rehearse_at_once(seen=draft.revision, by=by)
    adopt_draft(source=SOURCE, result_seen=True, seen=draft.revision, by=by)
