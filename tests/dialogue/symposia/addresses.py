"""Every address that names a meeting, and what each group of readers meets there by a GET.

The tables are written by hand. Groups: `desk` the organising office, `host` the leader who hosts, `lead` a department
and `firm` a firm that are invited, `other` everybody else.
"""

GROUPS = ("desk", "host", "lead", "firm", "other")
# Address: status by group before the meeting (已通知) and after its minutes (已印发).
ON_A_MEETING: dict[str, tuple[str, str]] = {
    "symposia:meeting": ("200 200 200 200 404", "200 200 200 200 404"),
    "symposia:ics": ("200 200 200 200 404", "200 200 200 200 404"),
    "symposia:attendance": ("200 403 403 403 404", "409 403 403 403 404"),
    "symposia:screen": ("409 403 403 403 404", "409 403 403 403 404"),
    "symposia:screen_code": ("409 403 403 403 404", "409 403 403 403 404"),
    "symposia:minutes": ("404 404 404 404 404", "200 200 200 200 404"),
    "symposia:minutes_versions": ("404 404 404 404 404", "200 200 200 200 404"),
    "symposia:write": ("409 403 403 403 404", "409 403 403 403 404"),
    "symposia:comments": ("200 200 404 404 404", "200 200 404 404 404"),
    "api:meeting": ("200 200 200 200 404", "200 200 200 200 404"),
}
# Addresses that take a POST alone.
POST_ALONE = {"symposia:preview", "symposia:save_section"}
# Of a section of the draft, and of an action item.
ON_A_SECTION: dict[str, str] = {"symposia:section_history": "200 200 404 404 404"}
ON_AN_ITEM: dict[str, str] = {"symposia:item": "200 200 200 200 404", "api:action-item": "200 200 200 200 404"}
# The page of a move stands at one address, its POST over the API at one for each (tests.dialogue.symposia.table).
OF_A_MOVE = {"symposia:act"}


def named() -> set[str]:
    """Every address of these tables."""
    return {*ON_A_MEETING, *POST_ALONE, *ON_A_SECTION, *ON_AN_ITEM, *OF_A_MOVE}
