"""What documents need from the systems whose subjects they are about, filled in `AppConfig.ready()`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Q

if TYPE_CHECKING:
    from workflow.actor import Actor


@dataclass(frozen=True)
class Progress:
    """How many of a document's items are done: all that its public page says of them."""

    done: int
    total: int


class Subjects(Protocol):
    """One kind of subject. Each question takes one statement at most."""

    kind: str

    def readable(self, actor: "Actor") -> Q | None:
        """Which documents of this kind of subject the actor may read, as a condition on `subject_id` and `audience`."""
        ...

    def readable_of(self, opened: Any, actor: "Actor") -> Q | None:
        """The same for the documents of one subject that this actor was found to see."""
        ...

    def addresses(self, ids: Collection[int], actor: "Actor") -> Mapping[int, str]:
        """The pages of those subjects that the actor may open."""
        ...

    def progress(self, ids: Collection[int]) -> Mapping[int, Progress]:
        """Counts for subjects whose documents list items; the others are left out."""
        ...


_subjects: dict[str, Subjects] = {}


def register_subjects(subjects: Subjects) -> None:
    _subjects[subjects.kind] = subjects


def subjects(kind: str) -> Subjects | None:
    return _subjects.get(kind)


def readable(actor: "Actor", kind: str = "", opened: Any = None) -> Q:
    """The documents that any system lets this actor read, or the one whose subjects are of this kind; none by default.

    Only that one is asked then: a page with the documents of its own subject does not pay for what others say. Of this
    subject alone when it is given as `opened`.
    """
    allowed = Q(pk=None)
    for one in _subjects.values():
        if kind and one.kind != kind:
            continue
        condition = one.readable(actor) if opened is None else one.readable_of(opened, actor)
        if condition is not None:
            allowed |= Q(subject_kind=one.kind) & condition
    return allowed
