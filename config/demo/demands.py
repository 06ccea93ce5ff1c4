"""The demonstration demands: TEMPLATES with open dates, DEMANDS written out for one ordinary day.

A loader that spreads cases over a year takes a template and dates it: TEMPLATES[n].dated(submitted, resolved).
"""

from datetime import date, timedelta

from config.demo.demand_texts import (
    approvals,
    energy,
    environment,
    finance_and_arrears,
    land_and_building,
    market_and_safety,
    other_matters,
    people_and_technology,
    policies,
    transport,
)
from config.demo.demand_texts.template import DemandText
from config.demo.whole_city.departments import ALL_DUTIES

REFERENCE_DAY = date(2026, 11, 2)
# Natural days from submission to a result in good time, by the class of the duty line; a demand's own dates fit them.
USUAL_DAYS = {"INQUIRY": 2, "ORDINARY": 9, "COMPLEX": 21, "HARD": 42}

TEMPLATES: tuple[DemandText, ...] = (
    *finance_and_arrears.TEMPLATES,
    *policies.TEMPLATES,
    *land_and_building.TEMPLATES,
    *energy.TEMPLATES,
    *environment.TEMPLATES,
    *approvals.TEMPLATES,
    *market_and_safety.TEMPLATES,
    *people_and_technology.TEMPLATES,
    *transport.TEMPLATES,
    *other_matters.TEMPLATES,
)

_KLASS = {line.code: line.klass for line in ALL_DUTIES}


def usual_result_day(template: DemandText, submitted: date) -> date:
    """The day a demand of this kind usually gets its result: its class decides, working days are only approximated."""
    return submitted + timedelta(days=USUAL_DAYS[_KLASS[template.duty_code]])


DEMANDS: tuple[DemandText, ...] = tuple(
    template.dated(REFERENCE_DAY, usual_result_day(template, REFERENCE_DAY)) for template in TEMPLATES
)
