"""An office or department is closed when nobody works there any more: who holds a post has work in hand."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import ngettext

from foundation.errors import Refused
from parties.by import By
from parties.changes.keeping import today
from parties.models import Membership


def nobody_holds_a_post(by: By) -> Callable[[Any, dict[str, Any]], None]:
    """The check that an organisation to be closed has no post in force; the sentence says how many it has."""

    def check(now: Any, values: dict[str, Any]) -> None:
        if values["active"]:
            return
        held = Membership.objects.in_force(today(by)).filter(organisation_id=now.pk).count()
        if held:
            sentence = ngettext(
                "还有 %(n)s 个岗位有人任职，请先移交并结束任职，再停用",
                "还有 %(n)s 个岗位有人任职，请先移交并结束任职，再停用",
                held,
            )
            raise Refused("", sentence % {"n": held})

    return check
