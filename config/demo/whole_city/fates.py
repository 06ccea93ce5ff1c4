"""What becomes of the demands of fourteen months: the fates of the small demonstration, and the detours between desks.

Those that lie near the as-of day come a few times each; the others fill the months, most of them closed without ado.
"""

from collections.abc import Mapping
from dataclasses import replace
from random import Random

from cases.demands.enums import Confirmation, Identity, Klass, Outcome
from config.demo.fates import (
    ACCEPT,
    ACKNOWLEDGE,
    CONFIRMED,
    CONTACT,
    DISPATCH,
    FATES,
    NOT_AN_INQUIRY,
    PLAN,
    SHORT,
    SUBMIT,
    USUAL_GAPS,
    Fate,
    Span,
    late,
)
from config.demo.whole_city.departments import ALL_DUTIES

SHARED = frozenset(line.code for line in ALL_DUTIES if len(line.owners) > 1)
# The moves behind the words of these paths, where they are not the move's own.
PLAYED: Mapping[str, str] = {
    "ask_return": "propose",
    "agree_return": "consent",
    "uphold": "uphold_return",
    "reject": "reject_return",
    "dispatch_again": "dispatch",
    "name_after": "name",
    "ask_transfer": "propose",
    "take_over": "consent",
    "ask_decline": "propose",
    "agree_decline": "consent",
    "ask_class": "propose",
    "agree_class": "consent",
    "ask_up": "propose",
    "take_up": "consent",
    "dispatch_from_city": "dispatch",
    "relay": "relay_to_firm",
    "relay_back": "relay_to_department",
}
# Hours since the step before, beside the usual ones.
GAPS: Mapping[str, Span] = USUAL_GAPS | {
    "ask_return": (0.5, 3.0),  # this and the consent lie before the term for acknowledging ends
    "agree_return": (0.5, 2.5),
    "uphold": (1.0, 8.0),
    "reject": (1.0, 8.0),
    "dispatch_again": (0.3, 3.0),
    "name_after": (0.5, 6.0),
    "ask_transfer": (1.0, 6.0),
    "take_over": (1.0, 6.0),
    "ask_decline": (0.5, 3.0),
    "agree_decline": (0.5, 5.0),
    "ask_class": (0.5, 3.0),
    "agree_class": (0.5, 4.0),
    "ask_up": (0.2, 1.0),
    "take_up": (0.3, 2.0),
    "dispatch_from_city": (0.3, 2.0),
    "relay": (0.3, 2.0),
    "relay_back": (0.5, 4.0),
    "redo": (2.0, 30.0),
    "withdraw": (1.0, 10.0),
    "nudge": (1.0, 8.0),
}
SENT_BACK = (*DISPATCH, "ask_return", "agree_return")
TO_ANOTHER = (*SENT_BACK, "uphold", "dispatch_again", "acknowledge", "contact", "plan", "result", "sign", "confirm")
STAYS = (*SENT_BACK, "reject", "contact", "name_after", "plan", "result", "sign", "confirm")
ASKED_TO_TAKE = (*CONTACT, "ask_transfer")
TRANSFERRED = (*ASKED_TO_TAKE, "take_over", "acknowledge", "contact", "plan", "result", "sign", "confirm")
REDONE = (*CONFIRMED, "redo", "name_after", "plan")
REDONE_TO_THE_END = (*REDONE, "result", "sign", "confirm")
RELAYED = (*ACKNOWLEDGE, "relay", "relay_back", "plan")
DECLINED = (*SUBMIT, "ask_decline", "agree_decline")
HEAVIER = (*CONTACT, "ask_class", "agree_class", "plan")
UP = (*ACCEPT, "ask_up", "take_up", "dispatch_from_city", "acknowledge", "contact", "plan", "result", "sign", "confirm")
HIDDEN = Identity.HIDDEN.value

DETOURS: tuple[Fate, ...] = (
    # --- near the as-of day ---
    Fate("sent back, waits for arbitration", 2, SENT_BACK, lain=(0.1, 0.7), classes=NOT_AN_INQUIRY),
    Fate("sent back, arbitration overdue", 1, SENT_BACK, lain=(1.4, 2.5), classes=NOT_AN_INQUIRY),
    Fate("return waits for the head", 1, (*DISPATCH, "ask_return"), lain=(0.05, 0.3), classes=NOT_AN_INQUIRY),
    Fate("transfer waits for the taker", 2, ASKED_TO_TAKE, lain=(0.1, 0.6), classes=NOT_AN_INQUIRY),
    Fate("decline waits for the second person", 2, (*SUBMIT, "ask_decline"), lain=(0.05, 0.3)),
    Fate("declined lately", 1, DECLINED, lain=(1.0, 8.0)),
    Fate("hidden, in work", 3, RELAYED, lain=(0.2, 2.5), classes=NOT_AN_INQUIRY, identity=HIDDEN),
    Fate("redone, in work", 3, REDONE, lain=(0.2, 2.5), classes=SHORT, outcome=Outcome.PARTLY),
    Fate("redone, nobody named yet", 1, REDONE[:-2], lain=(0.1, 0.6), classes=SHORT, outcome=Outcome.EXPLAINED),
    Fate("made heavier, in work", 1, HEAVIER, lain=(0.2, 2.0), classes=frozenset({Klass.ORDINARY})),
    Fate("withdrawn lately", 2, (*CONTACT, "withdraw"), lain=(0.2, 6.0)),
    Fate("much overdue", 2, (*PLAN, "nudge"), due_in=-11, classes=NOT_AN_INQUIRY, talk=("note",)),
    Fate("overdue a few days", 3, PLAN, due_in=-4, classes=NOT_AN_INQUIRY, talk=("note",)),
    # --- anywhere in the months ---
    Fate("to another department", 14, TO_ANOTHER, matters=SHARED, classes=NOT_AN_INQUIRY),
    Fate("stays with the department", 10, STAYS, classes=NOT_AN_INQUIRY),
    Fate("transferred", 16, TRANSFERRED, classes=NOT_AN_INQUIRY),
    Fate("redone", 22, REDONE_TO_THE_END, classes=SHORT, outcome=Outcome.PARTLY, confirmation=Confirmation.PARTLY),
    Fate("hidden", 24, (*RELAYED, "result", "sign", "confirm"), classes=NOT_AN_INQUIRY, identity=HIDDEN),
    Fate("declined", 14, DECLINED),
    Fate("made heavier", 10, (*HEAVIER, "result", "sign", "confirm"), classes=frozenset({Klass.ORDINARY})),
    Fate("taken up by the city", 8, UP, classes=NOT_AN_INQUIRY, by_dispatcher=True),
    Fate("withdrawn at once", 6, (*SUBMIT, "withdraw")),
    Fate("withdrawn after a contact", 8, (*CONTACT, "withdraw")),
    Fate("withdrawn after a plan", 6, (*PLAN, "withdraw"), classes=NOT_AN_INQUIRY),
    Fate("closed, answered much too late", 20, CONFIRMED, late=late("result"), pace=(1.6, 2.6), classes=SHORT),
    Fate("not confirmed", 30, CONFIRMED[:-1]),
    Fate("closed after a nudge", 12, (*PLAN, "nudge", "result", "sign", "confirm"), classes=NOT_AN_INQUIRY),
)
# How many of each come in fourteen months, where it is not the count of the fate times ELSE.
PLAIN, ELSE, NEAR = 36, 5, 2


def fates_of_months(count: int, random: Random) -> list[Fate]:
    """So many fates: what lies near the as-of day once or a few times each, then a draw from the rest.

    Fewer demands than there are fates get a draw of both, so that a small sample is like the whole.
    """
    near, anywhere = _near(), _anywhere()
    if count < 2 * len(near):
        share = count * len(near) // 1200 + count // 4
        near = random.sample(near, min(share, len(near)))
    else:
        near = [*near, *(replace(fate, show=0) for fate in near for _n in range(NEAR))]
        near = near[: count // 3]
    rest = count - len(near)
    once = [replace(fate, show=0) for fate in anywhere][:rest]
    weights = [_weight(fate) for fate in anywhere]
    more = random.choices(anywhere, weights, k=rest - len(once))
    return [*near, *once, *(replace(fate, show=0) for fate in more)]


def _near() -> list[Fate]:
    """What lies near the as-of day, those of the small demonstration first."""
    found = [fate for fate in (*FATES, *DETOURS) if fate.lain is not None or fate.due_in is not None]
    return [replace(fate, count=1) for fate in found]


def _anywhere() -> list[Fate]:
    return [fate for fate in (*FATES, *DETOURS) if fate.lain is None and fate.due_in is None]


def _weight(fate: Fate) -> int:
    if fate.name == "closed":
        return fate.count * PLAIN
    return fate.count * (ELSE if fate in FATES else 1)
