"""Who is in the demonstration of a size: departments, firms, duty list, and whether every role is held. Pure."""

from dataclasses import dataclass

from config.demo.city import DEPARTMENTS, DepartmentLine
from config.demo.duty_list import DUTY_LIST, DutyLine
from config.demo.enterprises import ENTERPRISES, EnterpriseLine
from config.demo.whole_city.departments import ALL_DEPARTMENTS, ALL_DUTIES
from config.demo.whole_city.firms import FIRMS, make_firms


@dataclass(frozen=True)
class Cast:
    """The lines of which a Town is made."""

    departments: tuple[DepartmentLine, ...]
    firms: tuple[EnterpriseLine, ...]
    duties: tuple[DutyLine, ...]
    every_role: bool


SMALL = Cast(DEPARTMENTS, ENTERPRISES, DUTY_LIST, every_role=False)


def whole_city(firms: int = FIRMS) -> Cast:
    """The cast of the whole city, or of a sample of it with fewer firms."""
    return Cast(ALL_DEPARTMENTS, make_firms(firms), ALL_DUTIES, every_role=True)
