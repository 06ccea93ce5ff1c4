"""Who may do what to a meeting and what must hold first; and which inputs a move takes.

Source: the page “mission”, system 4 and “Rules that come with them”. No statement runs in a predicate.
"""

from dialogue.symposia.rules.inviting import MOST_INVITED, MOST_PEOPLE, check_coming, check_uninvite
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
from dialogue.symposia.rules.planning import (
    PLAN,
    check_cancel_meeting,
    check_change_plan,
    check_days_ahead,
    check_plan,
    check_send_notice,
    has_place,
    is_short_notice,
    local_day,
)
from dialogue.symposia.rules.topics import (
    LONGEST_TOPIC,
    LONGEST_WHY,
    MOST_TOPICS,
    MOST_WAITING,
    check_choose_topic,
    check_decline_topic,
)

__all__ = [
    "HOSTS",
    "LONGEST_PROGRESS",
    "LONGEST_REASON",
    "LONGEST_TOPIC",
    "LONGEST_WHY",
    "MOST_INVITED",
    "MOST_PEOPLE",
    "MOST_TOPICS",
    "MOST_WAITING",
    "ORGANISERS",
    "PARTICIPANTS",
    "PLAN",
    "PROPOSERS",
    "check_begin_correction",
    "check_cancel_meeting",
    "check_change_plan",
    "check_choose_topic",
    "check_coming",
    "check_days_ahead",
    "check_decline_topic",
    "check_drop_correction",
    "check_plan",
    "check_report_progress",
    "check_return_minutes",
    "check_send_notice",
    "check_uninvite",
    "comments_were_asked",
    "has_minutes",
    "has_place",
    "is_short_notice",
    "local_day",
    "may_answer",
    "may_comment",
    "may_host",
    "may_organise",
    "may_organise_or_system",
    "may_propose_topic",
    "may_report",
    "may_sign_in",
]
