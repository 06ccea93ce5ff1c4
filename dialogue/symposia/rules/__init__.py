"""Who may do what to a meeting and what must hold first; and which inputs a move takes.

Source: the page “mission”, system 4 and “Rules that come with them”. No statement runs in a predicate.
"""

from dialogue.symposia.rules.minutes import comments_were_asked, has_minutes
from dialogue.symposia.rules.permissions import (
    HOSTS,
    ORGANISERS,
    PARTICIPANTS,
    PROPOSERS,
    may_answer,
    may_comment,
    may_host,
    may_organise,
    may_organise_or_system,
    may_propose_topic,
    may_report,
    may_sign_in,
)

__all__ = [
    "HOSTS",
    "ORGANISERS",
    "PARTICIPANTS",
    "PROPOSERS",
    "comments_were_asked",
    "has_minutes",
    "may_answer",
    "may_comment",
    "may_host",
    "may_organise",
    "may_organise_or_system",
    "may_propose_topic",
    "may_report",
    "may_sign_in",
]
