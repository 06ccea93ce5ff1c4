"""What waits on a demand for a second person, as its page shows it, and the words of a move that takes two."""

from typing import Any

from django.utils.translation import gettext as _

from cases.demands import queries
from cases.demands.forms import DecideForm, said
from cases.demands.models import Case
from foundation.errors import DomainError
from parties.roles import Role
from workflow.actor import Actor
from workflow.models import Proposal
from workflow.proposals import deciding_roles, is_asked, is_shown
from workflow.rules import NAMED
from workflow.specs import Spec, specs
from workflow.stored_inputs import loaded
from workflow.views.once import random_key


def panel(case: Case, actor: Actor, form: DecideForm | None = None) -> dict[str, Any] | None:
    """The pending proposal for the page of the case, or None where none waits or this reader is not told of it.

    No statement when none waits; otherwise one, one for its organisation and one for each row among the inputs.
    """
    proposal = queries.pending_on(case)
    if proposal is None or not is_shown(proposal, Case, actor):
        return None
    spec, roles = specs(Case)[proposal.action], deciding_roles(case, proposal.action, proposal.decider_id)
    return {
        "proposal": proposal,
        "label": spec.label,
        "icon": spec.icon,
        "pairs": [*_said(proposal), (_("提请理由"), proposal.reason)],
        "decider": f"{proposal.decider.name} · {roles_text(roles)}",
        "asked": is_asked(proposal, case, actor),
        "mine": not actor.persons.isdisjoint(proposal.makers),
        "form": form or DecideForm(),
        "keys": [random_key(), random_key()],
    }


def _said(proposal: Proposal) -> list[tuple[Any, str]]:
    try:
        return said(proposal.action, loaded(proposal.inputs))
    except DomainError as error:  # a row among the inputs is there no longer: the decider must know
        return [(_("注意"), str(error))]


def whose_consent(case: Case, spec: Spec) -> dict[str, Any] | None:
    """For the page of a move that takes two people: who must consent; None for any other move."""
    if spec.decided_by is None:
        return None
    named = [name.removesuffix("_id") for name in spec.decided_by.of if name != NAMED]
    places = [place.name for place in (getattr(case, name) for name in named) if place is not None]
    return {"roles": roles_text(spec.decided_by.roles), "places": str(_("、")).join(places)}


def roles_text(roles: frozenset[Role]) -> str:
    """“受理员或督办员”, in the order of the list of roles."""
    return str(_("或")).join(str(role.label) for role in Role if role in roles)
