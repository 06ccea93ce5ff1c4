"""The reference page of a subject, written from its graph: moves, matrix of states and roles, state diagram.

Pure: nothing is asked of the database. `manage.py workflow_reference` writes the pages and compares them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from parties.models import Organisation
from parties.roles import Role
from workflow.clocks import (
    Effect,
    Expire,
    Extend,
    Hold,
    PauseClock,
    Rebase,
    Release,
    Relimit,
    Reopen,
    Resume,
    Start,
    StartHalf,
    Stop,
    StopHeld,
    Until,
)
from workflow.rules import NAMED, READERS, Permission
from workflow.specs import BEFORE, Spec, specs
from workflow.subject import Subject

SYSTEM = "系统"
NONE = "–"
RESTRICTED = "*"
STAYS = "(stays)"
RETURNS = "(the state before)"


def page(model: type[Subject]) -> str:
    """The whole page as Markdown; the same graph gives the same bytes."""
    name = str(model._meta.verbose_name)
    parts = [
        f"# {name} (`{model.__name__}`): states, moves, roles",
        "Written by `manage.py workflow_reference` from the graph in the model and the rules it names. Change those, "
        "not this page; `make check` compares.",
        "## Moves",
        "“Who” acts in the organisation named; the sentence is what anybody else reads. “First” lists what the person "
        "reads as long as it does not hold. A move of two persons is proposed by one and runs by the consent of "
        "another.",
        *_table(("move", "label", "from → to", "who", "first", "clocks", "marks"), _move_rows(model)),
        "## States and roles",
        "What a role may start or propose in the organisation concerned, as soon as the row names one and what must "
        "come first holds. "
        f"`{RESTRICTED}`: under the restriction that the table of moves gives. "
        f"`{NONE}`: nothing. In any other organisation nobody may start anything.",
        *_table(("role", *states(model).values()), _matrix_rows(model)),
        "## Diagram",
        "\n".join(["```mermaid", *_diagram(model), "```"]),
    ]
    return "\n\n".join(parts) + "\n"


def states(model: type[Subject]) -> dict[str, str]:
    """Every state with its name, in the order of a life."""
    return {str(value): str(label) for value, label in model._meta.get_field("state").flatchoices}


def matrix(model: type[Subject]) -> dict[tuple[str, Role | None], list[tuple[Spec, bool]]]:
    """What each role may start in each state, and whether a restriction applies. The role None is the system."""
    return {
        (state, role): [
            (spec, role is not None and bool(spec.permission.restrictions))
            for spec in specs(model).values()
            if state in spec.sources and (spec.permission.system if role is None else role in spec.permission.roles)
        ]
        for state in states(model)
        for role in (*Role, None)
    }


def _move_rows(model: type[Subject]) -> Iterator[tuple[str, ...]]:
    names = states(model)
    for spec in specs(model).values():
        sources = "、".join(label for state, label in names.items() if state in spec.sources)
        target = STAYS if spec.target is None else names.get(spec.target, RETURNS)
        marks = {"internal": spec.internal, "only adds": spec.appends, "two persons": spec.decided_by is not None}
        yield (
            f"`{spec.action}`",
            str(spec.label),
            f"{sources} → {target}",
            "<br>".join(_who(model, spec)),
            "<br>".join(map(str, _first(spec))) or NONE,
            "<br>".join(_clock_words(spec)) or NONE,
            ", ".join(word for word, holds in marks.items() if holds) or NONE,
        )


def _first(spec: Spec) -> Iterator[Any]:
    yield from (must.sentence for must in spec.conditions)
    yield from (when.sentence for when in spec.moments)


def _clock_words(spec: Spec) -> Iterator[str]:
    if spec.after is not None:
        yield f"once {spec.after.label} is over, as of then"
    yield from map(_effect, spec.clocks)


def _who(model: type[Subject], spec: Spec) -> Iterator[str]:
    if spec.decided_by is None:
        yield from _allowed(model, spec.permission)
        return
    yield "proposes:"
    yield from _allowed(model, spec.permission)
    yield "decides, another person:"
    yield from _allowed(model, spec.decided_by)


def _allowed(model: type[Subject], permission: Permission) -> Iterator[str]:
    for attribute, roles in permission.of.items():
        named = "、".join(str(role.label) for role in Role if role in roles)
        if attribute == NAMED:
            yield f"the organisation that the proposal names：{named}"
            continue
        if attribute == READERS:
            yield f"every organisation that may open it：{named}"
            continue
        yield f"{_place(model, attribute)}：{named}"
    if permission.system:
        yield SYSTEM
    yield f"“{permission.sentence}”"
    for restriction in permission.restrictions:
        yield f"{RESTRICTED} “{restriction.sentence}”"


def _place(model: type[Subject], attribute: str) -> str:
    """What kind of organisation the attribute names; a property of the row that is no column may name any."""
    if isinstance(getattr(model, attribute), property):
        return str(Organisation._meta.verbose_name)
    organisation = model._meta.get_field(attribute).related_model
    assert organisation is not None, "a permission names the key of an organisation"
    return str(organisation._meta.verbose_name)


_WORDS: dict[type[Effect], str] = {
    Start: "starts {}",
    StartHalf: "starts {} at half its limit",
    Stop: "stops {}",
    Expire: "ends {} as breached",
    PauseClock: "pauses {}",
    Resume: "resumes {}, the pause credited",
    Extend: "extends {}",
    Relimit: "counts {} by another limit from the same start",
    Until: "makes {} due on a given day",
    Rebase: "recounts {} by the calendar in force",
    Hold: "holds {}",
    Release: "releases {}, no time credited",
    StopHeld: "stops {}, as of the hold if that was in time",
    Reopen: "reopens {}, the time since it stopped credited",
}


def _effect(effect: Effect) -> str:
    return _WORDS[type(effect)].format(effect.kind.label)


def _matrix_rows(model: type[Subject]) -> Iterator[tuple[str, ...]]:
    cells = matrix(model)
    for role in (*Role, None):
        words = [
            "、".join(f"{spec.label}{RESTRICTED if some else ''}" for spec, some in cells[state, role])
            for state in states(model)
        ]
        yield (SYSTEM if role is None else str(role.label), *(word or NONE for word in words))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _column in head), *rows]
    return ["\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)]


def _diagram(model: type[Subject]) -> Iterator[str]:
    """Mermaid: one arrow a change of state, one loop a state for the moves that stay."""
    yield "stateDiagram-v2"
    names = states(model)
    for state, label in names.items():
        yield f'    state "{label}" as {state}'
    yield f"    [*] --> {next(iter(names))}"
    yield from (f"    {line}" for line in _arrows(names, specs(model)))


def _arrows(names: Mapping[str, str], moves: Mapping[str, Any]) -> Iterator[str]:
    for state in names:
        here = [spec for spec in moves.values() if state in spec.sources]
        for spec in here:
            if spec.target == BEFORE:
                yield from (f"{state} --> {back}: {spec.label}" for back in names if back in spec.back_to)
            elif spec.target is not None:
                yield f"{state} --> {spec.target}: {spec.label}"
        if staying := [str(spec.label) for spec in here if spec.target is None]:
            yield f"{state} --> {state}: {'、'.join(staying)}"
        if not here:
            yield f"{state} --> [*]"
