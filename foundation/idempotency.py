"""A request that carries an Idempotency-Key is carried out once; a repeat within 24 hours gets the same answer."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.errors import KeyReused, Refused
from foundation.models import IdempotencyRecord

KEPT = timedelta(hours=24)
LONGEST_KEY = 80


def once(
    *,
    user_id: int,
    route: str,
    key: str,
    body: bytes,
    now: datetime,
    do: Callable[[], tuple[int, str]],
    foreseen: tuple[int, str] = (0, ""),
) -> tuple[int, str, bool]:
    """The answer of `do` as (status, text, repeated), remembered in the transaction in which `do` writes.

    `foreseen` is what it will most likely be: then that it came costs no statement of its own.
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
    mine = IdempotencyRecord.objects.filter(user_id=user_id, route=route, key=key)
    with transaction.atomic():
        record = IdempotencyRecord(user_id=user_id, route=route, key=key, body_sha256=digest, created_at=now)
        record.status, record.response = foreseen
        if not _is_first(record):
            mine.filter(created_at__lt=now - KEPT).delete()
            if not _is_first(record):
                kept = mine.get()
                if kept.body_sha256 != digest:
                    raise KeyReused(_("这个 Idempotency-Key 已经用于另一项内容，请换一个"))
                return kept.status, kept.response, True
        status, response = do()
        if (status, response) != foreseen:
            mine.update(status=status, response=response)
        return status, response, False


def forget(*, user_id: int, about: Iterable[str]) -> None:
    """What this person was answered about any of these, by their names in an address or an answer, is not repeated."""
    mine = IdempotencyRecord.objects.filter(user_id=user_id)
    for name in about:
        mine.filter(Q(route__contains=name) | Q(response__contains=name)).delete()


def _is_first(record: IdempotencyRecord) -> bool:
    """Write the record unless one with its key is there; a request that is at work on that key is waited for."""
    fields = [field for field in IdempotencyRecord._meta.concrete_fields if not field.primary_key]
    table, columns = IdempotencyRecord._meta.db_table, ", ".join(field.column for field in fields)
    holes = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({holes}) ON CONFLICT DO NOTHING",  # noqa: S608 (names of ours)
            [field.get_db_prep_save(getattr(record, field.attname), connection) for field in fields],
        )
        return bool(cursor.rowcount)
