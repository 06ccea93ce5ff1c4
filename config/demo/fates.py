"""What becomes of the hundred demands: each fate is a path through the moves, and how long the last step has lain.

Hours and days are working hours and working days (6.5 hours) unless said otherwise. The first round of FATES_IN_ORDER
holds every fate once, so that few demands already show every state and every quality.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.demands.enums import Confirmation, Identity, Klass, Outcome

Span = tuple[float, float]

SUBMIT = ("submit",)
ACCEPT = (*SUBMIT, "accept")
DISPATCH = (*ACCEPT, "dispatch")
ACKNOWLEDGE = (*DISPATCH, "acknowledge")
CONTACT = (*ACKNOWLEDGE, "contact")
PLAN = (*CONTACT, "plan")
RESULT = (*PLAN, "result")
SIGNED = (*RESULT, "sign")
CONFIRMED = (*SIGNED, "confirm")
# The liaison calls the firm before anybody has acknowledged.
CALLED_FIRST = (*DISPATCH, "contact")
CALLED_THEN_ACKNOWLEDGED = (*DISPATCH, "contact", "acknowledge", "plan")
RETURNED = (*RESULT, "return")
RESULT_AGAIN = (*RETURNED, "result")
# Intake asks once what is missing; the handler asks while the resolve clock stands still.
INCOMPLETE = (*SUBMIT, "request")
COMPLETED = (*INCOMPLETE, "complete")
ASKED = (*PLAN, "ask")
ANSWERED = (*ASKED, "answer")
# Nobody acknowledges: the system does when the term ends, and a handler is named later.
NAMED_LATE = (*DISPATCH, "name")

# Where a first visitor finds every kind of work and can follow one demand from desk to desk.
SHOW_DISTRICT, SHOW_DEPARTMENT = "150602", "nyj"

# Hours from the step before. The result is counted from acceptance instead, as a share of the limit of its class.
USUAL_GAPS: Mapping[str, Span] = {
    "request": (0.3, 3.6),
    "complete": (2.0, 13.0),
    "accept": (0.2, 3.6),
    "dispatch": (0.3, 3.6),
    "acknowledge": (0.4, 6.0),
    "contact": (0.3, 2.5),
    "deny": (2.0, 9.0),
    "plan": (2.0, 15.0),
    "note": (0.2, 3.0),
    "reply": (0.5, 4.0),
    "ask": (1.0, 6.0),
    "answer": (3.0, 20.0),
    "replace": (2.0, 9.0),
    "return": (1.0, 4.0),
    "result_again": (2.0, 8.0),
    "sign": (0.5, 6.0),
    "confirm": (1.0, 26.0),
}
URGENT_GAPS: Mapping[str, Span] = USUAL_GAPS | {
    "accept": (0.1, 0.8),
    "dispatch": (0.05, 0.2),
    "acknowledge": (0.05, 0.3),
    "contact": (0.05, 0.2),
    "plan": (1.0, 3.0),
}
USUAL_PACE: Span = (0.35, 0.85)  # of the resolve limit, from acceptance to the result
LATE_PACE: Span = (1.06, 1.16)
LATE: Mapping[str, Span] = {
    "accept": (5.0, 9.0),
    "dispatch": (5.0, 9.0),
    "name": (14.0, 19.0),
    "contact": (14.0, 19.0),
    "plan": (27.0, 33.0),
    "sign": (14.0, 19.0),
}
# After a completion intake has half of its limit.
SOON_ACCEPTED: Mapping[str, Span] = {"accept": (0.2, 1.7)}
NOT_AN_INQUIRY = frozenset({Klass.ORDINARY, Klass.COMPLEX, Klass.HARD})
SHORT = frozenset({Klass.ORDINARY, Klass.COMPLEX})
SIGNED_BY_SECRETARY = frozenset({Klass.COMPLEX, Klass.HARD})
# Matters that cannot wait a day, and those that may well end otherwise than the firm hopes.
CANNOT_WAIT = frozenset({"NYJ-02", "NYJ-03", "JTJ-01", "JTJ-05", "JTJ-06", "SCJGJ-03", "NMJ-02", "NMJ-06", "YJJ-05"})
ONLY_THE_ELIGIBLE = frozenset({"NMJ-05", "RSJ-02", "RSJ-03", "SWJ-01", "SWJ-03"})
FOR_A_COURT = frozenset({"GXJ-02", "SCJGJ-06", "ZJJ-08"})
NOT_ON_THIS_SITE = frozenset({"JTJ-02", "JTJ-05", "NYJ-06", "ZJJ-05", "ZJJ-06"})


@dataclass(frozen=True)
class Fate:
    """One path of what people do; what the system does by itself, a demand meets on its way.

    `lain` is how many days ago the last step was; `due_in` places the case by its resolve date instead. It
    counts days from the as-of day: 0 is due that day, -2 two days over. Without either the case may end anywhere in
    the eight weeks.
    """

    name: str
    count: int
    path: tuple[str, ...]
    lain: Span | None = None
    due_in: int | None = None
    classes: frozenset[Klass] = frozenset(Klass)
    late: frozenset[str] = frozenset()
    urgent: bool = False
    from_message: bool = False  # came by another channel
    by_dispatcher: bool = False  # intake names no matter of the duty list
    talk: tuple[str, ...] = ()  # steps after the plan that only add
    outcome: Outcome | None = None  # else what the demand text brings along
    matters: frozenset[str] = frozenset()  # of the duty list, to which it happens rather than to others
    confirmation: Confirmation | None = None  # else what fits the outcome
    gaps: Mapping[str, Span] = field(default_factory=dict)
    pace: Span | None = None  # of the resolve limit, else USUAL_PACE or LATE_PACE
    identity: str = Identity.OPEN
    show: int = 0  # so many of them happen, if they can, in SHOW_DISTRICT and SHOW_DEPARTMENT


def late(*steps: str) -> frozenset[str]:
    return frozenset(steps)


FATES: tuple[Fate, ...] = (
    # --- waits for intake, for the dispatcher, for the liaison ---
    Fate("submitted yesterday", 3, SUBMIT, lain=(0.05, 0.5), show=2),
    Fate("submitted and forgotten", 1, SUBMIT, lain=(0.8, 1.4), show=1),
    Fate("asked to complete", 2, INCOMPLETE, lain=(0.1, 1.5), show=1),
    Fate("completed", 1, COMPLETED, lain=(0.02, 0.25), show=1),
    Fate("claimed from the hotline", 1, SUBMIT, lain=(0.1, 0.5), from_message=True, show=1),
    Fate("accepted yesterday", 2, ACCEPT, lain=(0.05, 0.5), by_dispatcher=True, show=2),
    Fate("dispatch overdue", 1, ACCEPT, lain=(0.8, 1.4), by_dispatcher=True),
    Fate("dispatched yesterday", 3, DISPATCH, lain=(0.05, 0.9), show=1),
    Fate("dispatched by hand", 1, DISPATCH, lain=(0.05, 0.9), by_dispatcher=True),
    Fate("acknowledged by the system", 2, DISPATCH, lain=(1.05, 2.4), show=1),
    Fate(
        "urgent, acknowledged by the system",
        1,
        DISPATCH,
        lain=(0.5, 0.95),
        urgent=True,
        matters=CANNOT_WAIT,
        classes=NOT_AN_INQUIRY,
        show=1,
    ),
    Fate("called before acknowledged", 2, CALLED_FIRST, lain=(0.05, 0.5)),
    # --- with the handler ---
    Fate("just acknowledged", 2, ACKNOWLEDGE, lain=(0.02, 0.3), gaps={"acknowledge": (0.2, 1.5)}),
    Fate("not contacted in time", 1, ACKNOWLEDGE, lain=(1.3, 2.4)),
    Fate("plan is next", 3, CONTACT, lain=(0.1, 1.2), classes=NOT_AN_INQUIRY, show=1),
    Fate("plan overdue", 1, CONTACT, lain=(4.0, 5.0), classes=NOT_AN_INQUIRY),
    Fate("planned, time left", 1, PLAN, due_in=3, classes=NOT_AN_INQUIRY),
    Fate("planned, much time left", 2, PLAN, due_in=9, classes=SIGNED_BY_SECRETARY, talk=("note", "reply")),
    Fate("result due today", 2, PLAN, due_in=0, classes=NOT_AN_INQUIRY, show=1),
    Fate("result overdue", 2, PLAN, due_in=-2, classes=NOT_AN_INQUIRY, talk=("note",), show=1),
    Fate("inquiry due today", 1, CONTACT, due_in=0, classes=frozenset({Klass.INQUIRY})),
    Fate("urgent, in work", 1, PLAN, lain=(0.3, 1.5), urgent=True, matters=CANNOT_WAIT, classes=SHORT, talk=("reply",)),
    Fate("result returned", 2, RETURNED, lain=(0.1, 0.9), classes=NOT_AN_INQUIRY),
    Fate("contact denied", 1, (*CONTACT, "deny"), lain=(0.1, 0.9), classes=NOT_AN_INQUIRY),
    Fate("answered", 2, ANSWERED, lain=(0.1, 1.5), classes=SHORT, show=1),
    Fate("answered too late", 1, ASKED, lain=(5.05, 6.9), classes=SIGNED_BY_SECRETARY),
    Fate("handler replaced", 1, (*PLAN, "replace"), lain=(0.1, 1.5), classes=SHORT),
    # --- waits for its signer, for the firm ---
    Fate("asked the firm", 2, ASKED, lain=(0.1, 2.5), classes=NOT_AN_INQUIRY, show=1),
    Fate("asked the firm, due today", 1, ASKED, lain=(4.05, 4.95), classes=SIGNED_BY_SECRETARY),
    Fate("for the deputy to sign", 2, RESULT, lain=(0.05, 0.9), classes=frozenset({Klass.ORDINARY}), show=1),
    Fate("for the secretary to sign", 3, RESULT, lain=(0.05, 0.9), classes=SIGNED_BY_SECRETARY, show=1),
    Fate("signature overdue", 1, RESULT, lain=(1.2, 2.3)),
    Fate("handed in late", 1, RESULT, lain=(0.1, 0.8), classes=SHORT, late=late("result")),
    Fate("handed in again", 1, RESULT_AGAIN, lain=(0.05, 0.8), classes=NOT_AN_INQUIRY),
    Fate("for the firm to confirm", 4, SIGNED, lain=(0.1, 3.8), show=2),
    Fate("to confirm today", 1, SIGNED, lain=(4.05, 4.95), show=1),
    # --- over; after thirty days in the archive ---
    Fate("not completed in time", 2, INCOMPLETE, lain=(10.2, 13.0)),
    Fate("not completed, long ago", 1, INCOMPLETE, lain=(31.0, 33.0)),
    Fate("not confirmed in time", 2, SIGNED, lain=(7.2, 9.0), show=1),
    Fate("closed", 5, CONFIRMED),
    Fate("closed long ago", 2, CONFIRMED, lain=(24.0, 27.0), classes=frozenset({Klass.ORDINARY})),
    Fate("closed, completed first", 1, (*COMPLETED, *CONFIRMED[1:]), gaps=SOON_ACCEPTED),
    Fate("closed, asked the firm", 1, (*ANSWERED, "result", "sign", "confirm"), classes=SHORT),
    Fate("closed, handler replaced", 1, (*PLAN, "replace", "result", "sign", "confirm"), classes=SHORT),
    Fate("closed, accepted late", 1, CONFIRMED, late=late("accept")),
    Fate("closed, dispatched late", 1, CONFIRMED, late=late("dispatch"), by_dispatcher=True),
    Fate(
        "closed, acknowledged by the system",
        2,
        (*NAMED_LATE, "contact", "plan", "result", "sign", "confirm"),
        late=late("name"),
        classes=NOT_AN_INQUIRY,
    ),
    Fate("closed, contacted late", 2, CONFIRMED, late=late("contact"), classes=NOT_AN_INQUIRY),
    Fate("closed, planned late", 1, CONFIRMED, late=late("plan"), classes=frozenset({Klass.COMPLEX})),
    Fate("closed, answered late", 2, CONFIRMED, late=late("result"), classes=SHORT),
    Fate("closed, signed late", 1, CONFIRMED, late=late("sign")),
    Fate("closed after a return", 2, (*RESULT_AGAIN, "sign", "confirm"), classes=NOT_AN_INQUIRY),
    Fate("closed, contact denied", 1, (*CONTACT, "deny", "plan", "result", "sign", "confirm"), classes=SHORT),
    Fate("closed, urgent", 3, CONFIRMED, urgent=True, matters=CANNOT_WAIT, classes=SHORT, talk=("reply",)),
    Fate("closed, from the hotline", 2, CONFIRMED, from_message=True),
    Fate(
        "closed, called first",
        1,
        (*CALLED_THEN_ACKNOWLEDGED, "result", "sign", "confirm"),
        classes=NOT_AN_INQUIRY,
        gaps={"acknowledge": (0.4, 3.5)},  # the call came first, and both lie within the term
    ),
    Fate("closed, partly", 2, CONFIRMED, outcome=Outcome.PARTLY, confirmation=Confirmation.PARTLY),
    Fate("closed, explained", 1, CONFIRMED, outcome=Outcome.EXPLAINED, confirmation=Confirmation.SOLVED),
    Fate(
        "closed, not supported",
        2,
        CONFIRMED,
        outcome=Outcome.NOT_SUPPORTED,
        matters=ONLY_THE_ELIGIBLE,
        confirmation=Confirmation.UNSOLVED,
    ),
    Fate(
        "closed, legal route",
        1,
        CONFIRMED,
        outcome=Outcome.LEGAL_ROUTE,
        matters=FOR_A_COURT,
        confirmation=Confirmation.PARTLY,
    ),
    Fate(
        "closed, impossible",
        1,
        CONFIRMED,
        outcome=Outcome.IMPOSSIBLE,
        matters=NOT_ON_THIS_SITE,
        confirmation=Confirmation.UNSOLVED,
    ),
)
FATES_IN_ORDER: tuple[Fate, ...] = tuple(
    replace(fate, count=1, show=int(turn < fate.show))
    for turn in range(max(fate.count for fate in FATES))
    for fate in FATES
    if fate.count > turn
)
