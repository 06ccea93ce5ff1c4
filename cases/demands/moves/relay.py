"""A hidden firm and its department write to each other through the platform; and the firm may say who it is."""

from cases.demands.models import Case
from workflow.actor import Actor
from workflow.door import move


def relay_to_firm(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """The hidden firm has a message of its department; the first one is the first contact and stops its clock."""
    return move(Case, case_id, "relay_to_firm", by=by, seen=seen, note=text.strip(), text=text)


def relay_to_department(case_id: int, *, by: Actor, text: str, seen: int | None = None) -> Case:
    """The department has a message of the firm, which it knows by its alias."""
    return move(Case, case_id, "relay_to_department", by=by, seen=seen, note=text.strip(), text=text)


def reveal_firm(case_id: int, *, by: Actor, seen: int) -> Case:
    """The department knows from now on whose demand it is, what was written before included. There is no way back."""
    return move(Case, case_id, "reveal_firm", by=by, seen=seen, say="企业公开身份，承办部门可以看到企业名称和联系方式")
