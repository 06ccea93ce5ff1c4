"""Some papers of the demonstration: receipts and case files that the worker of `make run` turns into files."""

from dataclasses import replace
from datetime import date, timedelta

from cases.demands import moves
from cases.demands.enums import CaseState, Identity
from cases.demands.models import Case
from config.demo.beside import eve_of, on_the_eve
from config.demo.fates import SHOW_DEPARTMENT, SHOW_DISTRICT
from config.demo.town import Town
from parties.roles import Role

# Of each of these states one demand that firms show and one whose firm the department does not know, where there are.
STATES = (CaseState.ACCEPTED, CaseState.IN_PROGRESS, CaseState.CLOSED)


def issue_papers(town: Town, *, as_of: date) -> None:
    """A few firms have their receipt; the department and the office that are shown have case files."""
    office, lead = town.offices[SHOW_DISTRICT], town.departments[SHOW_DEPARTMENT]
    for state in STATES:
        for identity in Identity:
            quiet = Case.objects.filter(head_at__lt=eve_of(as_of))  # nothing happened to it later that day
            of_state = quiet.filter(state=state, identity=identity).order_by("pk")
            here = of_state.filter(lead=lead) if state != CaseState.ACCEPTED else of_state.filter(office=office)
            if (case := here.first()) is None:
                continue
            askers = [
                (moves.issue_receipt, case.enterprise_id, Role.ENTERPRISE_STAFF),
                (moves.issue_case_file, case.office_id, Role.DISPATCHER),
                (moves.issue_case_file, case.lead_id, Role.DEPARTMENT_LIAISON),
            ]
            for minutes, (issue, place, role) in enumerate(askers):
                if place is not None:
                    by = on_the_eve(town.post_at(place, role), as_of)
                    issue(case.pk, by=replace(by, now=by.now + timedelta(minutes=minutes)))
