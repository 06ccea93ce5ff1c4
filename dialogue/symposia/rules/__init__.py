"""Who may do what to a meeting and what must hold first; and which inputs a move takes.

Source: the page “mission”, system 4 and “Rules that come with them”. No statement runs in a predicate.
"""

from dialogue.symposia.rules.issuing import (
    LONGEST_PROGRESS,
    LONGEST_REASON,
    check_begin_correction,
    check_drop_correction,
    check_report_progress,
    check_return_minutes,
)
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
    "LONGEST_PROGRESS",
    "LONGEST_REASON",
    "ORGANISERS",
    "PARTICIPANTS",
    "PROPOSERS",
    "check_begin_correction",
    "check_drop_correction",
    "check_report_progress",
    "check_return_minutes",
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
