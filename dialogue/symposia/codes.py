"""The code on the screen of the room: it names the meeting and when it was shown, and nobody can make one up. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core.signing import BadSignature, Signer

GOOD_FOR = timedelta(minutes=10)
SHOWN_FOR = 60  # seconds, after which the screen shows the next one
_SALT = "symposia.check-in"


@dataclass(frozen=True)
class Code:
    """A code that this installation has shown: of which meeting, and at which moment."""

    meeting: UUID
    shown_at: datetime

    def is_good(self, now: datetime) -> bool:
        return now < self.shown_at + GOOD_FOR


def code_for(meeting: UUID, at: datetime) -> str:
    """The code that the screen shows at this moment: letters, digits, “-” and “_”, as a slug has them."""
    value = f"{meeting.hex}-{int(at.timestamp())}"
    return f"{value}-{Signer(salt=_SALT).signature(value)}"


def read_code(text: str) -> Code | None:
    """The code, however old; None for one that was never shown here."""
    parts = text.split("-", 2)
    if len(parts) != 3:
        return None
    try:
        value = Signer(salt=_SALT).unsign("{}-{}:{}".format(*parts))
    except BadSignature:
        return None
    meeting, _dash, at = value.partition("-")
    return Code(UUID(meeting), datetime.fromtimestamp(int(at), UTC))
