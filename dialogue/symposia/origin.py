"""What an action item is called on the page of its demand, for whoever may open its meeting."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands.origins import Told
from dialogue.symposia.models import ActionItem
from dialogue.symposia.views.reading import paragraph_of
from workflow.actor import Actor


def told(actor: Actor, keys: Collection[str]) -> Mapping[str, Told]:
    """Minutes and number of each item, with the addresses of its paragraph and its page; one statement."""
    items = ActionItem.objects.visible_to(actor).filter(public_id__in=set(_ours(keys))).select_related("meeting")
    return {
        str(item.public_id): Told(
            _("%(minutes)s 任务%(n)s") % {"minutes": item.meeting.minutes_number, "n": item.number},
            paragraph_of(item),
            reverse("symposia:item", args=[item.public_id]),
        )
        for item in items
    }


def _ours(keys: Collection[str]) -> Iterator[UUID]:
    """The keys that may be of an item: to a demand a key is any text."""
    for key in keys:
        try:
            yield UUID(key)
        except ValueError:
            continue
