"""A request that carries an Idempotency-Key is carried out once; a repeat within 24 hours gets the same answer."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation.errors import KeyReused, Refused
from foundation.models import IdempotencyRecord

KEPT = timedelta(hours=24)
LONGEST_KEY = 80


def once(
    *, user_id: int, route: str, key: str, body: bytes, now: datetime, do: Callable[[], tuple[int, str]]
) -> tuple[int, str, bool]:
    """The answer of `do` as (status, text, repeated), remembered in the transaction in which `do` writes.

    Nothing is remembered when `do` raises, so a refused request may be sent again with the same key. Without a key
    the work is simply done. Raises KeyReused when the key came with another body, Refused for a key that is too long
    or has other than visible ASCII characters.
    """
    if not key:
        return *do(), False
    if len(key) > LONGEST_KEY:
        raise Refused("", _("Idempotency-Key 太长，最多 %(n)s 个字符") % {"n": LONGEST_KEY})
    if not (key.isascii() and key.isprintable()):
        raise Refused("", _("Idempotency-Key 只能用英文字母、数字和符号"))
    digest = hashlib.sha256(body).hexdigest()
    with transaction.atomic():
        IdempotencyRecord.objects.filter(user_id=user_id, route=route, key=key, created_at__lt=now - KEPT).delete()
        record, created = IdempotencyRecord.objects.get_or_create(
            user_id=user_id, route=route, key=key, defaults={"body_sha256": digest, "created_at": now}
        )
        if not created:
            if record.body_sha256 != digest:
                raise KeyReused(_("这个 Idempotency-Key 已经用于另一项内容，请换一个"))
            return record.status, record.response, True
        record.status, record.response = do()
        record.save(update_fields=["status", "response"])
        return record.status, record.response, False
