"""Events that are no moves: nothing of the graph happened, and still the chain says that somebody did something."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from parties.roles import ENTERPRISE_ROLES, Role

PROPOSED, REJECTED, TAKEN_BACK = "propose", "reject_proposal", "take_back_proposal"


@dataclass(frozen=True)
class Beside:
    """What such an event is called, and that the firm does not see it."""

    label: Any
    internal: bool = True

    @property
    def kept_from(self) -> frozenset[Role]:
        return ENTERPRISE_ROLES if self.internal else frozenset()


BESIDE: dict[str, Beside] = {
    PROPOSED: Beside(_("提请决定")),
    REJECTED: Beside(_("不同意所提请")),
    TAKEN_BACK: Beside(_("收回提请")),
}
