"""What people of the demonstration keep beside the demands: saved filters, and a draft that waits to be sent."""

from datetime import date, datetime, timedelta

from cases.demands.drafting import save_draft
from cases.demands.enums import CaseState
from cases.demands.filters import ALL, LATE, SOON, Wishes
from cases.demands.saved import change_filter, save_filter
from config.demo.city import CITY
from config.demo.fates import SHOW_DEPARTMENT, SHOW_DISTRICT
from config.demo.town import Town
from parties.models import Membership
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendars import calendar_in_force

DRAFT_OF = 2  # the firm with a draft of two matters, by its serial
# Name, what it asks for, whether the whole organisation has it, whether it stands first.
OFFICE_FILTERS = (
    ("三天内到期", Wishes(one_of=(("due", SOON),)), True, False),
    ("重办的诉求", Wishes(states=(ALL,), one_of=(("round", "2"),)), True, False),
    ("退单待裁", Wishes(states=(CaseState.RETURN_REVIEW.value,)), False, True),
)
DEPARTMENT_FILTERS = (
    ("本局已超期", Wishes(one_of=(("due", LATE),)), True, False),
    ("用电用能在办", Wishes(one_of=(("category", "ENERGY"),)), False, True),
)
MATTERS = (
    {
        "category": "TALENT",
        "title": "引进工程师的人才补贴申报条件",
        "text": "今年引进两名材料工程师。申报指南要求在本市缴纳社保满六个月，其中一名只满五个月，想知道能否先报后补。",
        "wanted": "明确能否先申报后补齐月份",
        "matter": "TITLE",
        "people": "2",
    },
    # Not finished yet: what is wanted is still to be written.
    {
        "category": "TRANSPORT",
        "title": "厂区北侧道路弯道缺少警示标志",
        "text": "厂区北侧道路弯道半径小，夜间没有反光标志，上月我公司送料车与对向车辆会车时压上路肩。",
        "matter": "ROAD",
        "route": "厂区北门至园区环路弯道",
    },
)


def save_filters(town: Town, *, as_of: date) -> None:
    """A dispatcher and a liaison have filters of their own, and share some with their colleagues."""
    holders = (
        (town.post(town.offices[SHOW_DISTRICT], Role.DISPATCHER), OFFICE_FILTERS),
        (town.post(town.offices[CITY.code], Role.DISPATCHER), OFFICE_FILTERS),
        (town.post(town.departments[SHOW_DEPARTMENT], Role.DEPARTMENT_LIAISON), DEPARTMENT_FILTERS),
    )
    for holder, filters in holders:
        by = on_the_eve(holder, as_of)
        for name, wishes, shared, pinned in filters:
            saved = save_filter(by=by, name=name, wishes=wishes, shared=shared)
            if pinned:
                change_filter(saved.public_id, by=by, name=name, shared=shared, pinned=True)


def leave_drafts(town: Town, *, as_of: date) -> None:
    """A firm has begun two matters in one draft, and has not sent it."""
    holder = town.post(town.firms[DRAFT_OF], Role.ENTERPRISE_STAFF)
    by, draft = on_the_eve(holder, as_of), None
    contact = {"contact_name": holder.user.name, "contact_phone": holder.user.phone}
    for place, matter in enumerate(MATTERS):
        typed = {name: text for name, text in matter.items() if name != "category"}
        draft = save_draft(
            by=by,
            category_code=matter["category"],
            version=1,
            typed=typed if place else typed | contact,
            draft=draft.public_id if draft else None,
            place=place,
            seq=draft.seq if draft else None,
        )


def on_the_eve(holder: Membership, as_of: date) -> Actor:
    """This person, a quarter of an hour before the end of the last working day."""
    return Actor(
        user_id=holder.user_id,
        now=eve_of(as_of),
        post=Post.of(holder),
        posts=(Post.of(holder),),
        channel=Channel.WEB,
    )


def eve_of(as_of: date) -> datetime:
    """A quarter of an hour before the end of the last working day before this one."""
    calendar, day = calendar_in_force(), as_of - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    return calendar.end_of_working_day(day) - timedelta(minutes=15)
