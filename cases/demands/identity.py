"""Who learns which firm asks, and what everybody else reads instead of its name. Pure; no statement runs here.

Source: the page “visibility”, column 对承办部门隐名. Everything that shows a firm asks here and nowhere else.
"""

import secrets
from random import Random
from typing import TYPE_CHECKING

from cases.demands.enums import Identity
from parties.roles import ENTERPRISE_ROLES, OFFICE_ROLES, Role

if TYPE_CHECKING:
    from cases.demands.models import Case
    from workflow.actor import Actor

# Who reads the firm of every demand they may open. A role that nobody has thought of yet reads the alias.
KNOWING = OFFICE_ROLES | {Role.SUPERVISOR}

# Without vowels no word comes out, and I, O, Q, V are easily misread.
LETTERS = "BCDFGHJKLMNPRSTWXYZ"
LENGTH = 4

_SYSTEM_RANDOM = secrets.SystemRandom()


def new_alias(*, random: Random = _SYSTEM_RANDOM) -> str:
    """A name like 企业KTWM for one demand, from random letters alone: neither firm, number nor order are in it."""
    return "企业" + "".join(random.choice(LETTERS) for _letter in range(LENGTH))


def knows_firm(case: "Case", actor: "Actor") -> bool:
    """Whether this reader, who may open the demand, learns whose it is.

    Decided by the post a person acts in: who works in an office and in a department reads as the post they picked.
    """
    if case.identity == Identity.OPEN or actor.is_system:
        return True
    if actor.role in ENTERPRISE_ROLES:
        return case.enterprise_id == actor.organisation_id
    return actor.role in KNOWING


def finds_hidden_firms(actor: "Actor") -> bool:
    """Whether a search by enterprise may find a hidden demand: for those who know the firm of all they may open."""
    return actor.is_system or actor.role in KNOWING | ENTERPRISE_ROLES


def firm_words(case: "Case", actor: "Actor") -> str:
    """The name of the firm, or its alias; "" when no firm asked."""
    if case.enterprise is None:
        return ""
    return case.enterprise.name if knows_firm(case, actor) else case.alias


def firm_for_all(case: "Case") -> str:
    """What everybody may read: the name of a firm that is open, the alias of one that hides; "" when no firm asked."""
    if case.enterprise is None:
        return ""
    return case.enterprise.name if case.identity == Identity.OPEN else case.alias


def organisation_words(case: "Case", organisation_id: int | None, name: str, actor: "Actor") -> str:
    """The name of an organisation that had to do with the demand; the alias when it is the firm's and may not be known.

    `organisation_id` None is the system, whose “organisation” is the rule it acted by.
    """
    return case.alias if organisation_id == case.enterprise_id and not knows_firm(case, actor) else name


def contact_words(case: "Case", actor: "Actor") -> tuple[str, str]:
    """Name and telephone of whom to call, both empty for those who may not know the firm."""
    return (case.contact_name, case.contact_phone) if knows_firm(case, actor) else ("", "")
