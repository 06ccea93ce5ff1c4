"""Every request of a signed-in person has its actor, built when first asked for."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from parties.sign_in import factors, limits
from parties.sign_in.addresses import address_of
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


def _is_api(request: HttpRequest) -> bool:
    return request.resolver_match is not None and "api" in request.resolver_match.namespaces


class FirstThingsMiddleware:
    """Whoever must change an initial password, or set up a second factor, sees nothing else until that is done.

    Programs with a token have no session and are not asked: their key is bound to one post and long and random. No
    statement of its own: the user is loaded, the factor was noted in the session, the posts are those of the actor.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_rest: object
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or getattr(view, "open_before_first_things", False):
            return None
        # Pages for everybody lead a signed-in person home, and from there to what is first; the API is not one.
        if not getattr(view, "login_required", True) and not _is_api(request):
            return None
        name, said = self.first_thing(request)
        if not name:
            return None
        if _is_api(request):
            return JsonResponse({"code": "first_things", "detail": said}, status=403)
        return redirect(name)

    def first_thing(self, request: HttpRequest) -> tuple[str, str]:
        """The page that comes first, and what the API says; "" when nothing does."""
        if request.user.must_change_password:
            return "password", _("请先在网页上修改初始密码")
        if request.session.get(factors.PRESENT):
            return "", ""
        if factors.must_have(post.role for post in request.actor.posts):
            return "enrol", _("请先在网页上启用二次验证")
        return "", ""


class WriteLimitMiddleware:
    """Whoever sends too much is told how long to wait, and keeps what was typed. The API counts for itself.

    One statement for a request that writes, none for one that reads.
    """

    SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if request.method in self.SAFE or not request.user.is_authenticated or _is_api(request):
            return None
        if limits.WRITE not in settings.RATE_LIMITS:
            return None
        wait = writes_wait(request.actor, address_of(request))
        if not wait:
            return None
        if request.headers.get("Accept") == "application/json":
            answer: HttpResponse = JsonResponse({"code": "too_many", "detail": limits.sentence(wait)}, status=429)
        else:
            context = {"posted": request.POST, "sentence": limits.sentence(wait)}
            answer = render(request, "errors/too_many.html", context, status=429)
        answer["Retry-After"] = str(wait)
        return answer


def writes_wait(actor: Actor, address: str) -> int:
    """Counts one writing request of this person, their organisation and the address; seconds to wait, or 0."""
    return limits.take(limits.WRITE, now=actor.now, account=actor.user_id, firm=actor.organisation_id, address=address)
