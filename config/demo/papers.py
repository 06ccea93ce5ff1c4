"""Some papers of the demonstration: receipts and case files that the worker of `make run` turns into files."""

from datetime import date

from cases.demands import moves
from cases.demands.enums import CaseState, Identity
from cases.demands.models import Case
from config.demo.beside import on_the_eve
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
            of_state = Case.objects.filter(state=state, identity=identity).order_by("pk")
            here = of_state.filter(lead=lead) if state != CaseState.ACCEPTED else of_state.filter(office=office)
            if (case := here.first()) is None:
                continue
            moves.issue_receipt(case.pk, by=on_the_eve(town.post_at(case.enterprise_id, Role.ENTERPRISE_STAFF), as_of))
            moves.issue_case_file(case.pk, by=on_the_eve(town.post_at(case.office_id, Role.DISPATCHER), as_of))
            if case.lead_id is not None:
                liaison = on_the_eve(town.post_at(case.lead_id, Role.DEPARTMENT_LIAISON), as_of)
                moves.issue_case_file(case.pk, by=liaison)
