"""The columns of a meeting that its moves write, for the parts of its graph to name."""

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from parties.models import Membership


class GraphColumns(models.Model):
    class Meta:
        abstract = True

    if TYPE_CHECKING:
        opened_at: Any
        notified_at: Any
        short_notice: Any
        answer_until: Any
        held_at: Any
        comments_until: Any
        commented_version: Any
        version: Any
        approved_sha256: Any
        approved_at: Any
        minutes_number: Any
        issued_at: Any
        signer_id: Any
        signer_org_id: Any
        signer_role: Any
        signer_post: Any
        correction_reason: Any
        roll_in_force: Any
        closed_at: Any
        cancelled_at: Any

        @property
        def next_version(self) -> int: ...

        def is_hosted_by(self, post: "Membership") -> bool: ...
