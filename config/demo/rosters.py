"""The duty rosters of the demonstration: who answers urgent matters in the nights and on the free days around it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from config.demo.fates import SHOW_DEPARTMENT, SHOW_DISTRICT
from parties.models import Department, Membership, Office, Organisation
from parties.roles import Role
from workflow.actor import Actor, Channel, Post
from workflow.calendar import ZONE
from workflow.calendars import calendar_in_force
from workflow.roster import add_shift

DEPARTMENTS_ON_WATCH = (SHOW_DEPARTMENT, "yjj")
OFFICES_ON_WATCH = (SHOW_DISTRICT, "150600")
BEFORE, AHEAD = 7, 7  # days before and after the as-of day

FindPost = Callable[[Organisation, Role], Membership]


def make_rosters(
    departments: Mapping[str, Department], offices: Mapping[str, Office], post: FindPost, *, as_of: date
) -> None:
    """Two departments and two offices have somebody on duty, in turns, in every night and on free days."""
    made_at = datetime.combine(as_of - timedelta(days=BEFORE), time(16, 0), ZONE)
    places: list[tuple[Organisation, tuple[Role, Role]]] = [
        *((departments[code], (Role.DEPARTMENT_LIAISON, Role.HANDLER)) for code in DEPARTMENTS_ON_WATCH),
        *((offices[code], (Role.INTAKE, Role.DISPATCHER)) for code in OFFICES_ON_WATCH),
    ]
    calendar = calendar_in_force()
    for place, roles in places:
        turns = [post(place, role) for role in roles]
        editor = Post.of(turns[0])
        by = Actor(user_id=turns[0].user_id, now=made_at, post=editor, posts=(editor,), channel=Channel.WEB)
        for n in range(BEFORE + AHEAD):
            day = made_at.date() + timedelta(days=n)
            begins = calendar.end_of_working_day if calendar.is_working_day(day) else calendar.start_of_working_day
            add_shift(
                by=by,
                user=turns[n % 2].user,
                starts_at=begins(day),
                ends_at=calendar.start_of_working_day(day + timedelta(days=1)),
            )
