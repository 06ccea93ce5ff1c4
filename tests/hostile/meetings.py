"""Records for the addresses of meetings: lines as in `RECORDS` of tests/hostile/world.py, and one target a move."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from dialogue.symposia.api.forms import MOVES as MOVES_OF_THE_API
from dialogue.symposia.codes import code_for
from dialogue.symposia.forms.table import FORMS
from dialogue.symposia.models import Meeting
from parties.roles import Role
from tests.dialogue.symposia.acts import as_json, json_plan, maker, perform
from tests.dialogue.symposia.table import MOVES
from tests.factories import actor, later
from tests.meetings import Walk, fresh, meeting_in

if TYPE_CHECKING:
    from tests.hostile.world import Line, World

MOMENT = later(hours=2)
# Where a move is tried, when it is not the first state from which it leads.
STATES = {
    "answer_invitation": "NOTIFIED",
    "answer_comment": "COMMENTING",
    "issue_attendance": "HELD",
    "record_attendance": "HELD",
    "report_progress": "ISSUED",
    "submit_minutes": "COMMENTING",
    "drop_correction": "APPROVED",
}


def meeting_for(world: "World", state: str) -> Meeting:
    """A meeting in this state, made once; one that waits for comments has one."""

    def make() -> Meeting:
        meeting = meeting_in(state, town=world.town)
        if state == "COLLECTING":
            Walk(world.town, now=MOMENT).agenda(meeting)
            desk = actor(world.town.at(world.town.leaders, Role.LEADER_OFFICE), MOMENT)
            perform("invite_guests", fresh(meeting), by=desk, town=world.town)
            perform("propose_topic", fresh(meeting), by=actor(world.town.staff, MOMENT), town=world.town)
        if state == "COMMENTING":
            town, desk = world.town, actor(world.town.at(world.town.leaders, Role.LEADER_OFFICE), MOMENT)
            firm = meeting.participants.get(organisation_id=town.firm.pk)
            perform("record_attendance", meeting, by=desk, town=town, participant=firm)
            perform("comment_minutes", fresh(meeting), by=actor(town.staff, MOMENT), town=town)
        return fresh(meeting)

    made: Meeting = world.kept(f"meeting {state}", make)
    return made


def state_for(action: str) -> str:
    return STATES.get(action) or MOVES[action][1].split()[0]


def who_makes(action: str, world: "World") -> str:
    post = maker(action, world.town)
    assert post is not None
    return {Role.LEADER_OFFICE: "LEADER_OFFICE", Role.LEADER: "LEADER"}.get(Role(post.role)) or (
        "liaison" if post.pk == world.town.liaison.pk else "staff"
    )


def target_of(world: "World", name: str, action: str) -> tuple[str, str, str, dict[str, Any]]:
    """Name, who, address and body of one move: over the API, or on the page of moves."""
    meeting = meeting_for(world, state_for(action))
    body, who = as_json(action, meeting, world.town, now=MOMENT), who_makes(action, world)
    if name.startswith("api:"):
        return name, who, reverse(name, args=[meeting.public_id]), {**body, "seen": meeting.head_seq}
    flat = {key: value for key, value in body.items() if isinstance(value, str)} | {"seen": str(meeting.head_seq)}
    return f"{name}#{action}", who, reverse(name, args=[meeting.public_id, action]), typed(flat)


def typed(body: dict[str, Any]) -> dict[str, Any]:
    """The moments as a browser's box writes them."""
    return {key: value[:16] if key in ("starts_at", "ends_at") else value for key, value in body.items()}


Wanted = Callable[[str], bool]
# The address of a move, and the moves there of those wanted.
OF_MOVES: dict[str, Callable[[Wanted], list[str]]] = {
    "symposia:act": lambda wanted: [action for action in FORMS if wanted(f"symposia:act#{action}")],
    **{
        f"api:{action}": lambda wanted, action=action: [action] if wanted(f"api:{action}") else []  # type: ignore[misc]
        for action in MOVES_OF_THE_API
    },
}


def _of(state: str) -> Callable[["World"], list[Any]]:
    return lambda world: [meeting_for(world, state).public_id]


def _section(world: "World") -> list[Any]:
    meeting = meeting_for(world, "DRAFTING")
    return [meeting.public_id, meeting.sections.get(position=1).public_id]


def _item(world: "World") -> list[Any]:
    return [meeting_for(world, "ISSUED").items.get(number=1).public_id]


def _shared(world: "World") -> list[Any]:
    return [meeting_for(world, "ISSUED").items.get(number=1).case.public_id]


def _code(world: "World") -> list[Any]:
    return [code_for(meeting_for(world, "NOTIFIED").public_id, MOMENT)]


DESK = "LEADER_OFFICE"
LINES: dict[str, "Line"] = {
    "symposia:meeting": (DESK, _of("NOTIFIED"), {}),
    "symposia:ics": (DESK, _of("NOTIFIED"), {}),
    "symposia:attendance": (DESK, _of("NOTIFIED"), {}),
    "symposia:screen": (DESK, _of("NOTIFIED"), {}),
    "symposia:screen_code": (DESK, _of("NOTIFIED"), {}),
    "symposia:check_in": ("staff", _code, {}),
    "symposia:minutes": (DESK, _of("ISSUED"), {}),
    "symposia:minutes_versions": (DESK, _of("ISSUED"), {}),
    "symposia:write": (DESK, _of("DRAFTING"), {}),
    "symposia:comments": ("staff", _of("COMMENTING"), {"remark": "期限太紧"}),
    "symposia:preview": (DESK, _of("DRAFTING"), {}),
    "symposia:save_section": (DESK, _section, {"text": "【议定】同意。", "seq": "0", "window": "n"}),
    "symposia:section_history": (DESK, _section, {}),
    "symposia:item": ("liaison", _item, {}),
    "symposia:new": (DESK, lambda world: [], lambda world: {"kind": "TALK", **typed(json_plan(world.town))}),
    "api:meetings": (DESK, lambda world: [], lambda world: {"kind": "TALK", **json_plan(world.town)}),
    "api:meeting": (DESK, _of("NOTIFIED"), {}),
    "api:action-item": ("liaison", _item, {}),
    "api:shared_case": ("housing_liaison", _shared, {}),
}
