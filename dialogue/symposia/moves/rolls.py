"""The roll as the version in force has it: kept when a correction begins, and given back when it is dropped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dialogue.symposia.models import Attendee, Meeting
from dialogue.symposia.rules import REMOVED

# All of a row: who was added by mistake and removed within the correction comes back as they were.
COLUMNS = (
    "public_id",
    "participant_id",
    "organisation_name",
    "user_id",
    "name",
    "post",
    "capacity",
    "unexpected",
    "presence",
    "reason",
    "signed_at",
    "signed_by",
)

Kept = dict[str, Any]


def kept_roll(meeting: Meeting) -> list[Kept]:
    """Everybody on the roll as they stand now, as JSON can hold it; to the microsecond. One statement."""
    rows = meeting.attendees.order_by("pk").values(*COLUMNS)
    return [
        {
            **row,
            "public_id": row["public_id"].hex,
            "signed_at": row["signed_at"].isoformat() if row["signed_at"] else None,
        }
        for row in rows
    ]


def restore_roll(meeting: Meeting) -> list[tuple[str, str, str]]:
    """The roll is as it was kept; what changed by that, as the ledger keeps attendance: row, before, after.

    Both are the same where only reason or time differ. Called with the meeting locked, in the transaction of the move.
    """
    there = {row.public_id: row for row in meeting.attendees.all()}
    kept = {row["public_id"]: row for row in map(_read, meeting.roll_in_force or ())}
    added = [row for public_id, row in there.items() if public_id not in kept]
    done = [(row.public_id.hex, str(row.presence), REMOVED) for row in added]
    meeting.attendees.filter(pk__in=[row.pk for row in added]).delete()
    for public_id, columns in kept.items():
        row = there.get(public_id) or Attendee(meeting=meeting, presence="")
        if all(getattr(row, name) == value for name, value in columns.items()):
            continue
        done.append((public_id.hex, str(row.presence), columns["presence"]))
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
    return done


def _read(row: Kept) -> Kept:
    signed_at = datetime.fromisoformat(row["signed_at"]) if row["signed_at"] else None
    return {**row, "public_id": UUID(row["public_id"]), "signed_at": signed_at}
