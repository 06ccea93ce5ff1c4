"""Meetings with the names that a page shows."""

from django.db.models import QuerySet

from dialogue.symposia.models import Meeting


def with_names(meetings: QuerySet[Meeting]) -> QuerySet[Meeting]:
    """The same meetings with office, district, host, signer and whose turn it is, in one statement."""
    return meetings.select_related("office", "district", "host", "host_org", "signer", "signer_org", "turn_org")
