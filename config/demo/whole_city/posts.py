"""Leaders, statisticians, and who goes to the firms: posts that only the whole city has, but for its leaders. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from config.demo.city import BANNERS, CITY
from config.demo.enterprises import EnterpriseLine
from config.demo.people import DISTRICT_LETTERS
from parties.models import Office
from parties.roles import Role

FIRMS_OF_AN_AGENT, FIRMS_OF_A_LIAISON = 5, 8


@dataclass(frozen=True)
class OfficeLine:
    """One office beside the platform offices, and the accounts of those who work there."""

    name: str
    district: str
    kind: str
    people: tuple[tuple[str, Role], ...]


def _of_leaders(name: str, district: str, leaders: int) -> OfficeLine:
    letters = DISTRICT_LETTERS[district]
    people = tuple((f"{letters}-ld{n}", Role.LEADER) for n in range(1, leaders + 1))
    return OfficeLine(name, district, Office.OfficeKind.LEADER, (*people, (f"{letters}-ms", Role.LEADER_OFFICE)))


# The city has it in every size: somebody must host its meetings.
CITY_LEADERS = _of_leaders("市领导办公室", CITY.code, 3)
FURTHER_OFFICES: tuple[OfficeLine, ...] = (
    OfficeLine(
        "市统计评价办公室",
        CITY.code,
        Office.OfficeKind.EVALUATION,
        (("shi-tj1", Role.STATISTICS), ("shi-tj2", Role.STATISTICS)),
    ),
    CITY_LEADERS,
    *(_of_leaders(f"{banner.name}领导办公室", banner.code, 2) for banner in BANNERS),
)


def goers_to_firms(firms: Sequence[EnterpriseLine]) -> Iterator[tuple[str, Role, list[int]]]:
    """In every banner an agent and a resident liaison, each with the firms they look after."""
    for banner in BANNERS:
        letters = DISTRICT_LETTERS[banner.code]
        here = [firm.serial for firm in firms if firm.district == banner.code]
        yield f"{letters}-bb", Role.AGENT, here[:FIRMS_OF_AN_AGENT]
        yield f"{letters}-zq", Role.RESIDENT_LIAISON, here[-FIRMS_OF_A_LIAISON:]
