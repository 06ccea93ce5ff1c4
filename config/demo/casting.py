"""Which demand text meets which fate, and which firm asks it. Pure."""

from collections.abc import Sequence
from random import Random

from config.demo.demand_texts.template import DemandText
from config.demo.demands import TEMPLATES
from config.demo.enterprises import ENTERPRISES, EnterpriseLine
from config.demo.fates import SHOW_DEPARTMENT, SHOW_DISTRICT, Fate
from config.demo.whole_city.departments import ALL_DUTIES

DUTIES = {line.code: line for line in ALL_DUTIES}


def texts_for(fates: Sequence[Fate], random: Random) -> list[DemandText]:
    """A demand text for every fate; none twice before all were used. Choosy fates choose first."""
    chosen: dict[int, DemandText] = {}
    free: list[DemandText] = []
    turns = [
        (n // len(TEMPLATES), not fate.show, not (fate.matters or fate.outcome), len(fate.classes), n)
        for n, fate in enumerate(fates)
    ]
    for *_order, place in sorted(turns):
        if not free:
            free = random.sample(TEMPLATES, len(TEMPLATES))
        fitting = _of_classes(free, fates[place]) or _of_classes(TEMPLATES, fates[place])
        chosen[place] = min(fitting, key=lambda text, fate=fates[place]: _unfitness(text, fate))
        free = [text for text in free if text is not chosen[place]]
    return [chosen[place] for place in range(len(fates))]


def _of_classes(texts: Sequence[DemandText], fate: Fate) -> list[DemandText]:
    return [text for text in texts if DUTIES[text.duty_code].klass in fate.classes]


def _unfitness(text: DemandText, fate: Fate) -> tuple[int, bool]:
    """How badly this fate becomes the text: first by its matter and its result, then by where it is on show."""
    elsewhere = bool(fate.show) and DUTIES[text.duty_code].owners != (SHOW_DEPARTMENT,)
    if fate.outcome is not None and text.outcome == fate.outcome:
        return 0, elsewhere
    if text.duty_code in fate.matters:
        return int(fate.outcome is not None), elsewhere  # 1: the result has to be written for it
    return 2 if fate.matters or fate.outcome else 0, elsewhere


def firms_for(fates: Sequence[Fate], texts: Sequence[DemandText], random: Random) -> list[EnterpriseLine]:
    """A firm of a suitable trade for every text: the choosiest texts first, and always the firm with fewest so far.

    What is on show is asked by a firm of the district on show if there is a suitable one.

    Only when a text comes more often than there are suitable firms does one of them ask the same twice.
    """
    load = dict.fromkeys((firm.serial for firm in ENTERPRISES), 0)
    asked: set[tuple[int, str]] = set()
    firms: dict[int, EnterpriseLine] = {}
    suitable = [[firm for firm in ENTERPRISES if not text.suits or firm.industry in text.suits] for text in texts]
    for place in sorted(range(len(texts)), key=lambda n: (not fates[n].show, len(suitable[n]), n)):
        ranks = [
            (
                (firm.serial, texts[place].title) in asked,
                bool(fates[place].show) and firm.district != SHOW_DISTRICT,
                load[firm.serial],
                random.random(),
            )
            for firm in suitable[place]
        ]
        firm = suitable[place][ranks.index(min(ranks))]
        load[firm.serial] += 1
        asked.add((firm.serial, texts[place].title))
        firms[place] = firm
    return [firms[place] for place in range(len(texts))]
