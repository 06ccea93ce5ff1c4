"""Who asks the API: a program with a token that is bound to one post, or the browser of a signed-in person."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from parties.models import ApiToken, Membership, User
from workflow.actor import Actor, Channel, actor_for
from workflow.api import CsrfFailed
from workflow.calendar import ZONE
from workflow.middleware import POST_KEY

BAD_TOKEN = _("访问令牌无效或已过期")


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret>`. The post must still be in force: a token never outlives it."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("访问令牌写法不对"))
        now = timezone.now()
        token = (
            ApiToken.objects.select_related("membership__user")
            .filter(token_sha256=ApiToken.digest(words[1]), expires_at__gt=now)
            .filter(membership__in=Membership.objects.in_force(now.astimezone(ZONE).date()))
            .first()
        )
        if token is None:
            raise AuthenticationFailed(BAD_TOKEN)
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the pages; whatever changes something must carry the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise CsrfFailed from error


def actor_of_api(request: Request, now: datetime | None = None) -> Actor:
    """The actor of an API request: the post of the token, or the post picked in the signed-in session.

    A token never acts in another post of the same person: not even when its own ends between two statements.
    """
    http = request._request
    token = request.auth if isinstance(request.auth, ApiToken) else None
    actor = actor_for(
        request.user.pk,
        now=now or timezone.now(),
        channel=Channel.API,
        request_id=http.request_id,
        membership_id=token.membership_id if token else http.session.get(POST_KEY),
    )
    if token and (actor.post is None or actor.post.membership_id != token.membership_id):
        raise AuthenticationFailed(BAD_TOKEN)
    return actor
