"""The record of signing in: what happened to an account, from where, and who may read it."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from foundation.errors import NotYours
from parties.models import User
from parties.roles import Role
from parties.sign_in.addresses import address_of
from parties.sign_in.tables import SignInKind, SignInMethod, SignInRecord

READERS = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


def add(
    request: HttpRequest,
    kind: SignInKind,
    *,
    user: User | None,
    by: User | None = None,
    method: SignInMethod | None = None,
    reason: str = "",
) -> SignInRecord:
    """It happened to `user` in this request; one statement. `by` is whoever did it, if not the person themselves."""
    return SignInRecord.objects.create(
        at=request.now,
        kind=kind,
        user_id=None if user is None else user.pk,
        by_id=None if by is None else by.pk,
        method=method or "",
        address=address_of(request),
        browser=request.headers.get("User-Agent", "")[:200],
        reason=reason,
        request_id=request.request_id,
    )


def for_readers(role: Role | None) -> None:
    """Whoever may not read everybody's record is told so. Raises NotYours."""
    if role not in READERS:
        raise NotYours(_("只有安全管理员和审计管理员可以查看登录记录"))


def newest(*, user: User | None = None, kind: str = "") -> QuerySet[SignInRecord]:
    """The record, newest first: of everybody or of one account, of every kind or of one."""
    rows = SignInRecord.objects.select_related("user", "by").order_by("-at", "-id")
    if user is not None:
        rows = rows.filter(user=user)
    return rows.filter(kind=kind) if kind in SignInKind.values else rows
