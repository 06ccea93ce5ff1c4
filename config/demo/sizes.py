"""How large the demonstration is: its cast, its number of demands, and how far back they reach."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from config.demo.casts import SMALL, Cast, whole_city
from config.demo.episodes import EPISODES, tell_episodes
from config.demo.story import LONGEST, CaseStory, tell
from config.demo.whole_city.story import BEFORE_THAT, first_day, tell_months

USUAL = 100 + len(EPISODES)  # demands of the small demonstration: a hundred ordinary ones, and the episodes
MOST = 400  # more would only repeat the same texts
OF_THE_CITY = 1200  # demands of fourteen months, the episodes among them


@dataclass(frozen=True)
class Size:
    """One size. At most `played` demands go through the moves; those beyond are old ones, loaded in bulk."""

    name: str
    cast: Callable[[], Cast]
    usual: int
    most: int
    played: int
    reaches_back_to: Callable[[date], date]

    def in_bulk(self, demands: int) -> int:
        """How many of so many demands are loaded in bulk."""
        return max(0, demands - self.played)

    def is_whole(self, demands: int) -> bool:
        """Whether there is room for everything that is shown once: the episodes, and the meetings."""
        return demands >= min(self.usual, self.played)

    def tell(self, *, seed: int, as_of: date, demands: int, cast: Cast) -> list[CaseStory]:
        """The stories that are played, the first submitted at the head, with the episodes if there is room."""
        demands, with_episodes = min(demands, self.played), self.is_whole(demands)
        ordinary = demands - len(EPISODES) * with_episodes
        if cast.every_role:
            told = tell_months(seed=seed, as_of=as_of, demands=ordinary, firms=cast.firms)
        else:
            told = tell(seed=seed, as_of=as_of, demands=ordinary)
        if with_episodes:
            told += tell_episodes(as_of=as_of)
        return sorted(told, key=lambda case: (case.steps[0].at, case.firm.serial))


def _weeks(as_of: date) -> date:
    return as_of - LONGEST


def _months(as_of: date) -> date:
    return first_day(as_of) - BEFORE_THAT


SMALL_SIZE = Size("small", lambda: SMALL, USUAL, MOST, MOST, _weeks)
CITY_SIZE = Size("city", whole_city, OF_THE_CITY, 2 * OF_THE_CITY, 2 * OF_THE_CITY, _months)
LARGE_SIZE = Size("large", whole_city, 100_000, 1_000_000, OF_THE_CITY, _months)
SIZES = {size.name: size for size in (SMALL_SIZE, CITY_SIZE, LARGE_SIZE)}
