"""Questions about what an actor may see, put in the same words for everybody of one shape (`foundation.prepared`)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from foundation.prepared import Prepared
from workflow.actor import Actor, Shape


class Shaped:
    """A queryset of what an actor may see: `build` gives it for an actor, from what else decides it and from values.

    What else decides it and the values are as in `Prepared`. Actors without a shape are asked for one by one.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **values: type) -> None:
        self._build = build
        self._prepared = Prepared(
            self._of_shape, user_id=int, membership_id=int, organisation_id=int, now=datetime, **values
        )

    def _of_shape(
        self,
        shape: Shape,
        *more: Any,
        user_id: int,
        membership_id: int,
        organisation_id: int,
        now: datetime,
        **values: Any,
    ) -> QuerySet[Any, Any]:
        by = Actor.of_shape(
            shape, user_id=user_id, membership_id=membership_id, organisation_id=organisation_id, now=now
        )
        return self._build(by, *more, **values)

    def rows(self, by: Actor, *more: Any, **values: Any) -> list[Any]:
        """The rows that this actor may see; one statement at most."""
        if by.shape is None:
            return list(self._build(by, *more, **values))
        return self._prepared.rows(by.shape, *more, **by.keys, **values)

    def first(self, by: Actor, *more: Any, **values: Any) -> Any | None:
        """The first of them, or None. For what names one row: what follows is read, too."""
        return next(iter(self.rows(by, *more, **values)), None)
