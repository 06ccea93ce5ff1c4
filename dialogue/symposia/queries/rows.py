"""Meetings with what a page or a list names of them, in one statement."""

from django.db.models import QuerySet

from dialogue.symposia.models import Meeting
from parties.names import naming


def with_names(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The same meetings with office, district, host, signer and whose turn it is, in one statement."""
    return meetings.select_related("office", "district", "host", "host_org", "signer", "signer_org", "turn_org")


def rows(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The same for a list: of what a meeting refers to only the names, and no long text, in one statement."""
    return naming(meetings.defer("purpose"), "office", "district", "host", "host_org", "turn_org")
