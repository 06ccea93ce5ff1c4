"""Every request of a signed-in person has its actor, built when first asked for."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from workflow.actor import Actor, Channel, actor_for

POST_KEY = "post"  # the membership a person with several posts picked, in the session


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a page request; the time is read here and nowhere below."""
    return actor_for(
        request.user.pk,
        now=timezone.now(),
        channel=Channel.WEB,
        request_id=request.request_id,
        membership_id=request.session.get(POST_KEY),
    )


class ActorMiddleware:
    """`request.actor` for signed-in people, and the interface in the language of their setting.

    The browser's own wish is not asked: the product speaks Chinese until a person chooses otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = settings.LANGUAGE_CODE
        if request.user.is_authenticated:
            request.actor = SimpleLazyObject(lambda: actor_of(request))
            language = request.user.language or language
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return self.get_response(request)
