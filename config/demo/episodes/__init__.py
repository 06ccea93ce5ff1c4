"""What the hundred ordinary demands do not show: each episode is one demand told step by step, on fixed days.

Where each of them is found and by whom: `Episode.seen_by`.
"""

from datetime import date

from config.demo.episodes.disputes import DISPUTES
from config.demo.episodes.episode import Episode, told
from config.demo.episodes.firms import OF_FIRMS
from config.demo.episodes.offices import OF_OFFICES
from config.demo.story import CaseStory, TimeLine

EPISODES: tuple[Episode, ...] = (*DISPUTES, *OF_OFFICES, *OF_FIRMS)


def tell_episodes(*, as_of: date) -> list[CaseStory]:
    """All episodes, in their order."""
    line = TimeLine(as_of)
    return [told(episode, line) for episode in EPISODES]
