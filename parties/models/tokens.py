"""Keys for programs."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from parties.models.posts import Membership


class ApiToken(models.Model):
    """A key for a program, bound to one post, kept as a hash, dead after its expiry."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(_("用途"), max_length=80)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有效期至"))

    @classmethod
    def issue(cls, membership: Membership, *, name: str, now: datetime, valid: timedelta) -> tuple["ApiToken", str]:
        """A new token and its secret. The secret is told once and never stored; 256 random bits need no slow hash."""
        secret = secrets.token_urlsafe(32)
        token = cls.objects.create(
            membership=membership,
            name=name,
            token_sha256=cls.digest(secret),
            created_at=now,
            expires_at=now + valid,
        )
        return token, secret

    @staticmethod
    def digest(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
