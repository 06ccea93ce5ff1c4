"""Erasing the words of an event when their retention has ended, so that its chain still verifies (decision 0002).

There is no page for this and nothing calls it yet: who may erase what and when comes with the retention terms of the
archive. What is here is the mechanism alone: two persons, a tombstone, and nothing else written.
"""

from datetime import datetime

from django.conf import settings
from django.db import models, router, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from foundation.canonical import canonical, sha256
from foundation.errors import Refused, WrongMoment
from workflow.actor import Actor
from workflow.chain import payload_digest
from workflow.models import Event, EventBody, Tombstone


def erase_body(event: Event, *, by: Actor, second: Actor, reason: str, now: datetime) -> Tombstone:
    """The tombstone after the body of this event was erased, in one transaction that writes nothing else.

    `by` proposed it, `second` consented: two persons, neither of them the system. Raises Refused for `second` when
    they are not, for `reason` when it is empty; WrongMoment when the body is gone already, or is not the one that was
    written with the event: that must be cleared up first, and an erased body could not be shown to be another.
    """
    if by.user_id is None or second.user_id is None or not by.persons.isdisjoint(second.persons):
        raise Refused("second", _("销毁须由两人办理：同意的人不能是提出的人，也不能是系统"))
    if not reason.strip():
        raise Refused("reason", _("请写明销毁的依据"))
    using = event._state.db or router.db_for_write(Tombstone)
    with transaction.atomic(using=using), translation.override(settings.LANGUAGE_CODE):
        body = EventBody.objects.using(using).select_for_update().filter(pk=event.pk).first()
        if body is None or Tombstone.objects.using(using).filter(event=event).exists():
            raise WrongMoment(_("这个事件的正文已经销毁"))
        body_sha256 = sha256(body.text)
        if payload_digest(body_sha256, event.facts) != event.payload_sha256:
            raise WrongMoment(_("正文与事件摘要不符，不能销毁；请先核验台账，查明原因"))
        tombstone = Tombstone(
            event=event,
            body_sha256=body_sha256,
            at=now,
            reason=reason.strip(),
            by=canonical(by.as_record()),
            by_user_id=by.user_id,
            second=canonical(second.as_record()),
            second_user_id=second.user_id,
        )
        tombstone.save(using=using)
        # The model refuses deletion; the trigger lets this one row go, because its tombstone stands.
        models.QuerySet(EventBody, using=using).filter(pk=event.pk)._raw_delete(using)
    return tombstone
