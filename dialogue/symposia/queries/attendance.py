"""Everybody expected at a meeting and how it stands with them: 应到 = 实到 + 请假 + 缺席."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogue.symposia.enums import Answer, Capacity, Part, Presence
from dialogue.symposia.models import Attendee, Meeting, Participant

# As they sit: the host first, the firms last.
ORDER = {Part.HOST: 0, Part.DEPARTMENT: 1, Part.OTHER: 2, Part.FIRM: 3}


@dataclass(frozen=True)
class Seat:
    """One person expected; or, without a name, an invited organisation of which nobody was named.

    `key` names it to whoever records presence; None for an organisation that named nobody: whom it sends is added.
    A guest is of no `participant`.
    """

    participant: Participant | None
    row: Attendee | None
    presence: Presence
    reason: str = ""

    @property
    def key(self) -> UUID | None:
        return self.row.public_id if self.row else None

    @property
    def organisation(self) -> str:
        """The full name of the organisation; of a guest's as it was written."""
        if self.participant is None:
            return self.row.organisation_name if self.row else ""
        return str(self.participant.organisation.name)

    @property
    def part(self) -> str:
        """As what it takes part."""
        return str(Capacity.OBSERVES.label if self.participant is None else self.participant.get_part_display())

    def is_of(self, organisation_id: int | None) -> bool:
        """Whether this person comes for the organisation; a guest comes for none that reads here."""
        return self.participant is not None and self.participant.organisation_id == organisation_id

    @property
    def name(self) -> str:
        return self.row.name if self.row else ""

    @property
    def post(self) -> str:
        return self.row.post if self.row else ""

    @property
    def signed_at(self) -> datetime | None:
        return self.row.signed_at if self.row else None


@dataclass(frozen=True)
class Tally:
    """The sums of a roll; once the meeting has been held `waiting` is 0 and the other three add up to `expected`."""

    expected: int
    present: int
    excused: int
    absent: int
    waiting: int


def roll(meeting: Meeting) -> list[Seat]:
    """Everybody expected, by organisation, the guests last; two statements.

    An organisation that named nobody has one seat, so that it is not missing from the sums: excused when it answered
    that it does not come, else expected, and absent once the meeting has been held.
    """
    people: dict[int | None, list[Attendee]] = {}
    for row in Attendee.objects.filter(meeting=meeting).order_by("pk"):
        people.setdefault(row.participant_id, []).append(row)
    parties = sorted(
        Participant.objects.filter(meeting=meeting).select_related("organisation"),
        key=lambda party: (ORDER[Part(party.part)], party.pk),
    )
    held = meeting.held_at is not None
    seats: list[Seat] = []
    for party in parties:
        rows = people.get(party.pk, [])
        if not rows:
            seats.append(_nobody_of(party, held=held))
        seats += [Seat(party, row, Presence(row.presence), row.reason) for row in rows]
    guests = by_organisation(people.get(None, []))
    return seats + [Seat(None, row, Presence(row.presence), row.reason) for row in guests]


def by_organisation(guests: Iterable[Attendee]) -> list[Attendee]:
    """These guests, those of one organisation together, in the order in which the first of each was added. Pure."""
    rows = sorted(guests, key=lambda row: row.pk)
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.organisation_name, row.pk)
    return sorted(rows, key=lambda row: (first[row.organisation_name], row.pk))


def guests_of(meeting: Meeting) -> list[Attendee]:
    """The guests of a meeting (列席人员), by organisation; one statement."""
    return by_organisation(meeting.attendees.filter(participant=None))


def _nobody_of(party: Participant, *, held: bool) -> Seat:
    if party.answer == Answer.DECLINES:
        return Seat(party, None, Presence.EXCUSED, party.answer_note)
    return Seat(party, None, Presence.ABSENT if held else Presence.EXPECTED)


def tally(seats: Iterable[Seat]) -> Tally:
    """The sums of a roll. Pure."""
    found = Counter(seat.presence for seat in seats)
    return Tally(
        expected=sum(found.values()),
        present=found[Presence.PRESENT],
        excused=found[Presence.EXCUSED],
        absent=found[Presence.ABSENT],
        waiting=found[Presence.EXPECTED],
    )


def own_row(meeting: Meeting, user_id: int | None) -> Attendee | None:
    """The row of a person with an account; one statement."""
    return Attendee.objects.filter(meeting=meeting, user_id=user_id).select_related("participant").first()
