"""Argon2, a few at a time: each hash takes 100 MiB and 0.2 s by design, too much for a crowd."""

from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

_turn = BoundedSemaphore(settings.HASHES_AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2 as Django sets it up; whoever comes when all places of this process are taken waits for one."""

    def encode(self, *args: Any, **options: Any) -> str:
        with _turn:
            return super().encode(*args, **options)

    def verify(self, *args: Any, **options: Any) -> bool:
        with _turn:
            return super().verify(*args, **options)
