"""Posts: who holds which, which end soon, what nobody owns; one post is given, dated and ended."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from foundation.errors import NotVisible, NotYours, Refused
from foundation.keyset import keyset_page
from foundation.texts import storable
from parties.by import today
from parties.deputies import WITHOUT_DEPUTY, name_deputy
from parties.initial_passwords import refusal
from parties.models import Membership, User
from parties.posts import appoint, change_dates, end_post
from parties.roles import Role
from parties.staff import GIVES, colleagues, current, ending_soon, gives_posts, staffed_by
from workflow import registry
from workflow.actor import Actor, Post
from workflow.post_forms import AppointForm, DatesForm, DeputyForm, EndForm, PostForm
from workflow.time_left import long_day
from workflow.views.deputies import rows

PAGE = 20
MOST_UNOWNED = 20
MOST_POSTS = 50  # of one person on one page


def posts_page(request: HttpRequest) -> HttpResponse:
    """The posts this person gives, those that end soon with what they own, and the form of an appointment."""
    actor = request.actor
    for_givers(actor)
    form = AppointForm(
        request.POST if request.method == "POST" else None, by=actor, initial={"valid_from": today(actor)}
    )
    if request.method == "POST" and _appointed(request, form):
        return redirect("workflow:posts")
    return render(
        request,
        "posts/posts.html",
        {
            "form": form,
            **_ending(request),
            **_held(request),
            "asked": f"q={quote(words_of(request.GET))}" if words_of(request.GET) else "",
            "unowned": _unowned(actor),
        },
        status=422 if form.errors else 200,
    )


def _unowned(actor: Actor) -> list[tuple[Any, list[tuple[str, str]], str]]:
    """What nobody owns, by kind: what to do about it, as what it is known, and its list to take out."""
    found = [(kind.remedy, kind.unowned(actor, MOST_UNOWNED), kind.listed) for kind in registry.owned()]
    return [one for one in found if one[1]]


def person_posts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Every post of one person that this reader gives or, as an administrator, oversees; and one more is given."""
    actor = request.actor
    person, posts = of_person(public_id, actor)
    form = AppointForm(
        request.POST if request.method == "POST" else None,
        by=actor,
        person=person,
        initial={"valid_from": today(actor)},
    )
    if request.method == "POST" and _appointed(request, form):
        return redirect("workflow:person_posts", public_id=public_id)
    found = [_row(post, actor) for post in posts]
    here = any(row["open"] for row in found)
    context = {
        "person": person,
        "rows": found,
        "form": form,
        "may_leave": here and person.pk != actor.user_id,
        "sets_password": refusal(person, actor) is None,
    }
    return render(request, "posts/person.html", context, status=422 if form.errors else 200)


def one_post(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One post: its dates, its end, and for the system administrator who stands in for a holder who cannot say."""
    actor = request.actor
    for_givers(actor)
    post = staffed_by(actor).filter(public_id=public_id).first()
    if post is None:
        raise NotVisible(_("没有找到，或者您不能查看"))
    wanted = request.POST.get("do", "")
    forms_here = _forms_of(post, actor, wanted, request)
    if request.method == "POST" and wanted in forms_here and _changed(post, wanted, forms_here[wanted], actor):
        messages.success(request, _("已保存"))
        return redirect("workflow:person_posts", public_id=post.user.public_id)
    bad = any(form.errors for form in forms_here.values())
    handed = post.deputies.select_related("principal", "deputy", "membership__organisation", "membership__user")
    context = {
        "row": _row(post, actor),
        "person": post.user,
        "parts": _parts(forms_here),
        "deputies": list(rows(handed.order_by("-pk")[:PAGE], actor)) if actor.role == Role.SYSTEM_ADMIN else [],
    }
    return render(request, "posts/post.html", context, status=422 if bad or request.method == "POST" else 200)


def for_givers(actor: Actor) -> None:
    if not gives_posts(actor):
        raise NotYours(_("只有系统管理员、安全管理员、受理员、派单员和部门联络员、负责人可以任免岗位"))


def of_person(public_id: UUID, actor: Actor) -> tuple[User, list[Membership]]:
    """A person and those of their posts that this actor gives. Raises NotYours for whoever gives none, NotVisible.

    A system or security administrator finds everybody, also who holds no post yet.
    """
    for_givers(actor)
    person = User.objects.filter(public_id=public_id).first()
    posts = staffed_by(actor).filter(user__public_id=public_id)
    found = list(posts.order_by("-valid_from", "-pk")[:MOST_POSTS])
    if person is None or not (found or actor.role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)):
        raise NotVisible(_("没有找到，或者您不能查看"))
    return person, found


def _appointed(request: HttpRequest, form: AppointForm) -> bool:
    if not form.is_valid():
        return False
    try:
        post = appoint(by=request.actor, **form.inputs())
    except Refused as error:
        form.refuse(error.field, error.sentence)
        return False
    except NotYours as error:
        form.refuse("role", error.sentence)
        return False
    messages.success(
        request,
        _("已任命：%(name)s · %(role)s · %(place)s")
        % {"name": post.user.name, "role": post.get_role_display(), "place": post.organisation.name},
    )
    return True


def _changed(post: Membership, wanted: str, form: PostForm, actor: Actor) -> bool:
    if not form.is_valid():
        return False
    try:
        if wanted == "end":
            end_post(post, by=actor, on=form.cleaned_data["on"])
        elif wanted == "dates":
            change_dates(post, by=actor, **form.cleaned_data)
        elif isinstance(form, DeputyForm):
            name_deputy(post, by=actor, **form.inputs())
    except Refused as error:
        form.refuse(error.field, error.sentence)
        return False
    return True


def _forms_of(post: Membership, actor: Actor, wanted: str, request: HttpRequest) -> dict[str, PostForm]:
    """The forms of what can be done with this post; that which was sent is bound."""
    if not _is_open(post, actor) or post.user_id == actor.user_id:
        return {}
    sent = {name: request.POST if wanted == name else None for name in ("dates", "end", "deputy")}
    dates = {"valid_from": post.valid_from, "valid_to": post.valid_to}
    found: dict[str, PostForm] = {
        "dates": DatesForm(sent["dates"], initial=dates, prefix=None, auto_id="dates_%s"),
        "end": EndForm(sent["end"], initial={"on": today(actor)}, auto_id="end_%s"),
    }
    if actor.role == Role.SYSTEM_ADMIN and post.role not in WITHOUT_DEPUTY:
        people = colleagues([post.organisation_id], actor, but=post.user_id)
        start = {"valid_from": today(actor)}
        found["deputy"] = DeputyForm(
            sent["deputy"], posts=[Post.of(post)], people=people, initial=start, auto_id="deputy_%s"
        )
    return found


def _parts(forms_here: dict[str, PostForm]) -> list[dict[str, Any]]:
    titles = {"dates": _("改日期"), "end": _("结束任职"), "deputy": _("本人不能指定时，由管理员指定代理人")}
    return [{"do": name, "title": titles[name], "form": form} for name, form in forms_here.items()]


def _ending(request: HttpRequest) -> dict[str, Any]:
    page = keyset_page(ending_soon(request.actor), after=request.GET.get("ending", ""), size=PAGE)
    users = {post.user_id for post in page.rows}
    owned: dict[Any, int] = {}
    for kind in registry.owned() if users else ():
        for key, number in kind.numbers(users, request.actor.now).items():
            owned[key] = owned.get(key, 0) + number
    ending = [
        _row(post, request.actor) | {"owned": owned.get((post.user_id, (post.organisation_id, post.role)), 0)}
        for post in page.rows
    ]
    return {"ending": ending, "ending_next": page.next}


def _held(request: HttpRequest) -> dict[str, Any]:
    """The posts held now, newest first, found by the name of the person or the organisation."""
    words = words_of(request.GET)
    page = keyset_page(held_posts(request.actor, words), after=request.GET.get("after", ""), size=PAGE)
    held = [_row(post, request.actor) for post in page.rows]
    return {"rows": held, "next": page.next, "first": page.first, "q": words}


def words_of(query: QueryDict) -> str:
    """The words that posts are looked for by, from the address; none of what no database keeps."""
    words = query.get("q", "").strip()[:40]
    return words if storable(words) else ""


def held_posts(actor: Actor, words: str) -> QuerySet[Membership]:
    """The posts that this person gives and that are held now or later, newest first."""
    posts = current(staffed_by(actor), actor)
    if words:
        posts = posts.filter(Q(user__name__icontains=words) | Q(organisation__name__icontains=words))
    return posts.order_by("-pk")


def _span(post: Membership) -> str:
    day = long_day(post.valid_from)
    if post.valid_to:
        return _("%(start)s 至 %(end)s") % {"start": day, "end": long_day(post.valid_to)}
    return _("%(start)s 起") % {"start": day}


def _is_open(post: Membership, actor: Actor) -> bool:
    return post.user.is_active and (post.valid_to is None or post.valid_to >= today(actor))


def _row(post: Membership, actor: Actor) -> dict[str, Any]:
    return {
        "post": post,
        "span": _span(post),
        "open": _is_open(post, actor),
        "begun": post.valid_from <= today(actor),
        "mine": post.user_id == actor.user_id,
        "given": actor.role in GIVES,
    }
