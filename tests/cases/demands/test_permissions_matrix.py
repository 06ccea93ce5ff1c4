"""Role × address × record × verb: what everybody meets at every address of pages and API.

The tables are written by hand, a line an address; an address that stands in none of them fails the test.
"""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from parties.roles import Role
from tests.cases.demands.table import BUREAU, DESK, STAFF

FIRM, OFFICE, LEAD = STAFF.split(), DESK.split(), BUREAU.split()
ANYBODY = [role.value for role in Role]
NOBODY = "nobody"  # signed in, without any post

# --- who sees which record: “whole”, “former” or nothing, by the group of the reader ---

RELATION: dict[str, dict[str, str]] = {
    "own": {"firm": "whole", "office": "whole", "lead": "whole"},
    "district": {"office": "whole", "lead": "whole"},  # of another firm of the same banner, with the same department
    "another": {},  # of another firm, office and department
    "denied": {"firm": "whole"},  # every official of the matrix keeps out
    "former": {"firm": "whole", "office": "whole", "lead": "former"},
    "granted": {"office": "whole", "lead": "whole"},
}

# --- addresses that name a demand: role → status, per relation; what is not written is 404 ---

# "*" stands for every role that has this relation to the record.
ON_A_CASE: dict[str, dict[str, dict[str, int]]] = {
    "demands:case": {"whole": {"*": 200}, "former": {"*": 200}},
    "demands:submitted": {"whole": {"*": 200}},
    "demands:receipt": {"whole": {"*": 200}},
    "demands:readings": {"whole": {"*": 403} | dict.fromkeys([*FIRM, *OFFICE], 200)},
    "demands:durations": {"whole": {"*": 200}},
    "demands:clock": {"whole": {"*": 200}},
    "api:case": {"whole": {"*": 200}},
    "api:handlers": {"whole": {"*": 200} | dict.fromkeys(FIRM, 404)},
    "api:clock": {"whole": {"*": 200}},
    "api:durations": {"whole": {"*": 200}},
    "api:former_case": {"former": {"*": 200}},
}
# Verbs other than GET there: pages answer a POST as a GET, the API says that there is none.
POST_AS_GET = {"demands:case", "demands:submitted", "demands:receipt", "demands:readings", "demands:durations"}
POST_AS_GET |= {"demands:clock"}

# --- moves of a demand in progress that energy's first handler has: role → status of the page ---

HERE = 200  # the page opens, and an empty form is refused as such
LATE = 409  # not in this state, or something must come first
ACT: dict[str, dict[str, int]] = {
    "request_completion": {"INTAKE": LATE},
    "complete": dict.fromkeys(FIRM, LATE),
    "accept": {"INTAKE": LATE},
    "dispatch": {"DISPATCHER": LATE},
    "acknowledge": {"DEPARTMENT_LIAISON": LATE},
    "name_handler": {"DEPARTMENT_LIAISON": HERE, "DEPUTY_HEAD": HERE},
    "ask_firm": {"HANDLER": HERE},
    "answer": dict.fromkeys(FIRM, LATE),
    "record_contact": {"DEPARTMENT_LIAISON": HERE, "HANDLER": HERE},
    "deny_contact": dict.fromkeys(FIRM, LATE),
    "save_plan": {"HANDLER": HERE},
    "note_internal": dict.fromkeys([*OFFICE, *LEAD], HERE),
    "reply_public": dict.fromkeys(LEAD, HERE),
    "submit_result": {"HANDLER": LATE},
    "sign_off": {"DEPARTMENT_SECRETARY": LATE},
    "return_result": {"DEPARTMENT_SECRETARY": LATE},
    "confirm": dict.fromkeys(FIRM, LATE),
    "ask_recusal": dict.fromkeys(FIRM, HERE),
    "recuse": dict.fromkeys([*OFFICE, *(role for role in LEAD if role != "HANDLER")], HERE),
    "lift_recusal": dict.fromkeys(OFFICE, HERE),
}
# The department of a granted demand may read it and make no move of it; so may its office.
MOVES_ARE_THEIRS = {"own", "district", "former", "denied"}

# --- other addresses: role → status of GET and of an empty POST; "*" is everybody else, also without any post ---

PAGES: dict[str, tuple[dict[str, int], dict[str, int]]] = {}


def walk(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address by its full name; one that leads to a folder has the name of what it holds."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from walk(pattern, space + inner)
        else:
            yield f"{space}{pattern.name}", pattern
