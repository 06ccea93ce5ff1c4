"""Addresses that leak nothing: 128 random bits, no time, no counter."""

import secrets
import uuid
from typing import Any

from django.db import models


def random_id() -> uuid.UUID:
    """128 random bits in the shape of a UUID. Not a version 4 UUID on purpose: that one has only 122."""
    return uuid.UUID(bytes=secrets.token_bytes(16))


class PublicIdField(models.UUIDField):
    """The identity of a row in addresses and the API; the integer key never leaves the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": random_id, "unique": True, "editable": False}
        super().__init__(*args, **kwargs)
