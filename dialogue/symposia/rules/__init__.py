"""Who may do what to a meeting and what must hold first; and which inputs a move takes.

Source: the page “mission”, system 4 and “Rules that come with them”. No statement runs in a predicate.
"""

from dialogue.symposia.rules.attendance import (
    LONGEST_NAME,
    LONGEST_POST,
    LONGEST_REASON,
    REMOVED,
    REMOVED_LABEL,
    Mark,
    check_code,
    check_newcomer,
    check_presence,
    has_begun,
    is_the_day,
    may_remove,
    presences,
    sees_roll,
)
from dialogue.symposia.rules.minutes import comments_were_asked, has_minutes
from dialogue.symposia.rules.permissions import (
    HOSTS,
    ORGANISERS,
    PARTICIPANTS,
    PROPOSERS,
    SIGNING,
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
    "LONGEST_NAME",
    "LONGEST_POST",
    "LONGEST_REASON",
    "ORGANISERS",
    "PARTICIPANTS",
    "PROPOSERS",
    "REMOVED",
    "REMOVED_LABEL",
    "SIGNING",
    "Mark",
    "check_code",
    "check_newcomer",
    "check_presence",
    "comments_were_asked",
    "has_begun",
    "has_minutes",
    "is_the_day",
    "may_answer",
    "may_comment",
    "may_host",
    "may_organise",
    "may_organise_or_system",
    "may_propose_topic",
    "may_remove",
    "may_report",
    "may_sign_in",
    "presences",
    "sees_roll",
]
