"""In which browsers a person is signed in, and ending that. The rows are those of allauth's usersessions."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.crypto import salted_hmac

from parties.models import User

SHOWN = 50


def living(user: User, *, now: datetime) -> QuerySet[UserSession]:
    """The sessions of this person that would still be let in, the one used last first."""
    kept = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    return UserSession.objects.filter(
        Exists(kept),
        user=user,
        last_seen_at__gte=now - timedelta(seconds=settings.SESSION_IDLE_AGE),
        created_at__gte=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
    ).order_by("-last_seen_at", "-id")


def handle(session: UserSession) -> str:
    """What names a session on a page: neither its key, which would open it, nor its number, which counts them."""
    return salted_hmac("session on a page", session.session_key).hexdigest()[:32]


def end(user: User, named: str, *, now: datetime) -> bool:
    """The session of this person that the handle names has ended; whether there was one."""
    for session in living(user, now=now)[:SHOWN]:
        if handle(session) == named:
            session.end()
            return True
    return False


def end_all(user: User, *, but: str | None = None) -> int:
    """Every session of this person has ended, except the one of this key; how many there were."""
    rows = UserSession.objects.filter(user_id=user.pk).exclude(session_key=but or "")
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)


def forget_old(now: datetime) -> int:
    """Sessions that nobody can use any more are gone, and their places in the lists; how many sessions they were."""
    begun = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    UserSession.objects.filter(created_at__lt=begun).delete()
    return Session.objects.filter(expire_date__lte=now).delete()[0]


def moved(old: str | None, new: str | None) -> None:
    """The session goes on under another key."""
    UserSession.objects.filter(session_key=old or "").update(session_key=new)


def seen(session_key: str | None, *, now: datetime) -> None:
    """The session was used now; noted as seldom as the session itself notes it."""
    UserSession.objects.filter(session_key=session_key or "").update(last_seen_at=now)
