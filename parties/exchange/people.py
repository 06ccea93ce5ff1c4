"""People and their posts, by account. A row is one person in one post; a person with several posts has several rows.

A new account has no password that anybody could sign in with until one is set.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.errors import Refused
from foundation.sheets.model import Verdict
from parties import rights
from parties.by import By
from parties.changes import add_person, change_person, seen_of
from parties.changes.keeping import cleaned, differing
from parties.changes.people import USERNAME
from parties.exchange.columns import Column, choice, day, phone, plain_code, text
from parties.exchange.entries import labels
from parties.exchange.kinds import Kind, held, row_by_row, said_twice
from parties.exchange.last_holders import Holders, ends_sooner
from parties.exchange.lines import Line
from parties.exchange.places import Places
from parties.models import Membership, User
from parties.post_rules import check_beside, check_dates, check_person, refusal_to_staff
from parties.posts import DAY, appoint, change_dates, today
from parties.roles import Role

OWN = ("name", "phone", "email")  # of the person, whatever the post
POST = ("organisation", "role", "valid_from", "valid_to")
SOURCE = "批量导入"


@dataclass
class _Known:
    """What the directory says of the people, posts and places that these rows name."""

    people: Mapping[str, User]
    posts: Mapping[int, list[Membership]]
    places: Places
    holders: Holders = field(default_factory=lambda: Holders(()))


class People(Kind):
    code = "people"
    page = ("directory:list", "people")
    order = 40
    label = gettext_lazy("用户和任职")
    hint = gettext_lazy("按账号登记人员和岗位，一行一个岗位；新账号要另外设置密码才能登录")
    key = "username"

    def may(self, by: By) -> bool:
        return rights.refusal_about(by) is None

    def columns(self) -> tuple[Column, ...]:
        roles = labels(Role)
        place = _("企业填统一社会信用代码，部门填代码，办公室填名称；不任职的留空")
        return (
            Column(
                "username", "账号", plain_code, required=True, example="zhangsan", note=_("同一账号已登记的就是修改")
            ),
            Column("name", "姓名", text, required=True, example="张三"),
            Column("phone", "电话", phone, example="13900000000", width=18),
            Column("email", "电子邮箱", plain_code, example="zhang@example.cn", width=24),
            Column("organisation", "组织", text, example="NYJ", note=place, width=30),
            Column("role", "岗位", choice(roles), example=roles["HANDLER"], choices=tuple(roles.values())),
            Column("valid_from", "任职开始", day, example="2026-11-23", note=_("填了组织和岗位就要填")),
            Column("valid_to", "任职结束", day, note=_("没有期限的留空；填日期表示到那一天为止")),
        )

    def examine(self, lines: Sequence[Line], by: By, before: dict[Any, Any]) -> None:
        """At most nine statements."""
        known = self._known(lines)
        posts, written = before.setdefault("posts", {}), before.setdefault("written", {})
        for line in lines:
            line.found = known.people.get(line.values["username"].lower())
            self._place(line, known.places)
            line.made["post"] = self._post(line, known)
            line.standing = self._standing(line, known.places)
            self._check_person(line, by, before)
        names = [tuple(line.get(key) for key in ("username", *POST[:3])) for line in lines]
        said_twice(lines, "username", before, names, _("与第 %(row)s 行相同"))
        good = [line for line in lines if line.verdict not in (Verdict.SAME, Verdict.BAD)]
        known.holders = Holders([line.made["post"] for line in good if line.made["post"] and _is_shortened(line)])
        for line in good:
            self._check_post(line, by, known, posts, written)

    def _known(self, lines: Sequence[Line]) -> _Known:
        accounts = {line.values["username"].lower() for line in lines}
        found = held(User.objects.annotate(low=Lower("username")).filter(low__in=accounts).order_by("pk"), of=("self",))
        people = {person.username.lower(): person for person in found}
        posts: dict[int, list[Membership]] = {}
        rows = Membership.objects.filter(user__in=people.values()).select_related("organisation").order_by("pk")
        for post in rows:
            posts.setdefault(post.user_id, []).append(post)
        places = Places({line.get("organisation") for line in lines}, [post.organisation for post in rows])
        return _Known(people, posts, places)

    def _place(self, line: Line, places: Places) -> None:
        """The organisation that the row names, under its canonical name."""
        named = line.values.get("organisation", "")
        if not named or line.bad("organisation"):
            return
        try:
            place = places.find(named)
        except Refused as refused:
            line.problem("organisation", refused.sentence)
            return
        line.made["place"] = place
        line.values["organisation"] = places.name_of(place)

    def _post(self, line: Line, known: _Known) -> Membership | None:
        """The post of this person that the row speaks of: of that day, or else the one that has not ended by then."""
        place = line.made.get("place")
        if line.found is None or place is None:
            return None
        role, begins = _role(line), line.get("valid_from")
        same = [
            post
            for post in known.posts.get(line.found.pk, ())
            if post.organisation_id == place.pk and post.role == role
        ]
        exact = [post for post in same if post.valid_from.isoformat() == begins]
        going_on = [post for post in same if not begins or not post.valid_to or post.valid_to.isoformat() >= begins]
        return next(iter(exact or going_on[-1:]), None)

    def _standing(self, line: Line, places: Places) -> dict[str, str] | None:
        if line.found is None:
            return None
        return _said(line.found, line.made["post"], places)

    def _check_person(self, line: Line, by: By, before: dict[Any, Any]) -> None:
        username = line.values["username"]
        if not line.bad("username") and not USERNAME.fullmatch(username):
            line.problem("username", _("账号用字母、数字、点和连字符，2 到 40 个字符"))
        if line.found is not None and not line.found.is_active:
            line.problem("username", _("这个账号已停用"))
        elif line.found is not None:
            line.values["username"] = line.found.username
        for key in OWN:
            if key in line.values and not line.bad(key):
                try:
                    cleaned(User, {key: line.values[key]}, by=by)
                except Refused as refused:
                    line.problem(key, refused.sentence)
        said = tuple(line.get(key) for key in OWN)
        number, first = before.setdefault(("person", username.lower()), (line.number, said))
        if said != first:
            line.problem("name", _("同一账号在第 %(row)s 行的姓名、电话或邮箱不同") % {"row": number})

    def _check_post(
        self,
        line: Line,
        by: By,
        known: _Known,
        posts: dict[str, list[Membership]],
        written: dict[int, Membership],
    ) -> None:
        """Whether the post may be given, or its days changed, as the write function would say; source: post_rules."""
        if not any(line.values.get(key) for key in POST):
            return
        place, post = line.made.get("place"), line.made["post"]
        for key in ("organisation", "role", "valid_from"):
            if not line.get(key):
                line.problem(key, _("组织、岗位和任职开始要一起填"))
                return
        if place is None or not (set(POST) & line.changed()):
            return
        others = known.posts.get(line.found.pk, []) if line.found else []
        mine = posts.setdefault(line.values["username"].lower(), [])
        wanted = Membership(
            pk=post.pk if post else -line.number,
            organisation_id=place.pk,
            role=_role(line),
            valid_from=date.fromisoformat(line.get("valid_from")),
            valid_to=_last_day(line),
        )
        try:
            self._may(line, wanted, known.places, by)
            if post is not None and wanted.valid_to is not None and ends_sooner(post, wanted.valid_to):
                known.holders.refuse_last(post, known.places.place(place.pk), after=wanted.valid_to, rows=written)
            check_beside(wanted, [*others, *mine])
        except Refused as refused:
            key = refused.field if refused.field in POST else "username"
            line.problem(key, refused.sentence)
        else:
            written[wanted.pk] = wanted
        mine.append(wanted)

    def _may(self, line: Line, wanted: Membership, places: Places, by: By) -> None:
        place = places.place(wanted.organisation_id)
        if wanted.role not in place.roles:
            raise Refused("role", _("这类组织没有这个岗位"))
        if sentence := refusal_to_staff(by, place, wanted.role):
            raise Refused("role", sentence)
        if line.found is not None:
            check_person(by, line.found.pk)
        check_dates(wanted.valid_from, wanted.valid_to)
        self._check_days(line.made["post"], wanted, today(by))

    def _check_days(self, post: Membership | None, wanted: Membership, now: date) -> None:
        """What has begun keeps its first day, what has ended its last; an end is not put before yesterday."""
        if post is None:
            return
        if wanted.valid_from != post.valid_from and post.valid_from <= now:
            raise Refused("valid_from", _("已经开始的任职不能改开始日期"))
        if post.valid_to is not None and post.valid_to < now:
            raise Refused("valid_to", _("这个任职已经结束"))
        if wanted.valid_to is not None and wanted.valid_to < max(now - DAY, post.valid_from):
            raise Refused("valid_to", _("结束日期最早是昨天，表示立即结束"))

    def write(self, lines: Sequence[Line], by: By, *, note: str) -> None:
        """Each by the named functions of people and posts."""
        opened: dict[str, User] = {}  # by account: what was written before in this very table
        accounts = [line.values["username"].lower() for line in lines if line.found is None]
        for person in User.objects.annotate(low=Lower("username")).filter(low__in=accounts):
            opened[person.username.lower()] = person

        def one(line: Line) -> None:
            account = line.values["username"].lower()
            given = {key: line.values[key] for key in OWN if key in line.values}
            person = opened.get(account, line.found)
            if person is None:
                person = add_person(by=by, username=line.values["username"], **given)
            elif differing(person, given):
                person = change_person(person, by=by, seen=seen_of(person), **given)
            opened[account] = person
            self._write_post(line, person, by)

        row_by_row(lines, one)

    def _write_post(self, line: Line, person: User, by: By) -> None:
        if "place" not in line.made or not (set(POST) & line.changed()):
            return
        begins = date.fromisoformat(line.get("valid_from"))
        ends = _last_day(line)
        if (post := line.made["post"]) is not None:
            change_dates(post, by=by, valid_from=begins, valid_to=ends)
            return
        place = line.made["place"]
        appoint(
            by=by, user=person, organisation=place, role=_role(line), valid_from=begins, valid_to=ends, source=SOURCE
        )

    def everything(self, by: By) -> Iterator[dict[str, str]]:
        """Everybody in every post that has not ended, and those who hold none."""
        not_over = Q(valid_to=None) | Q(valid_to__gte=today(by))
        posts: dict[int, list[Membership]] = {}
        rows = list(Membership.objects.filter(not_over).select_related("organisation").order_by("pk"))
        for post in rows:
            posts.setdefault(post.user_id, []).append(post)
        places = Places(set(), [post.organisation for post in rows])
        for person in User.objects.filter(is_active=True).order_by("username").iterator(chunk_size=2000):
            for held_post in posts.get(person.pk) or [None]:  # type: ignore[list-item]
                yield _said(person, held_post, places)

    def name_of(self, line: Line) -> str:
        return f"{line.get('name')} {line.get('username')}".strip()


def _last_day(line: Line) -> date | None:
    return date.fromisoformat(line.get("valid_to")) if line.get("valid_to") else None


def _is_shortened(line: Line) -> bool:
    """Whether the row ends the post it speaks of sooner; a day that cannot be read is said elsewhere."""
    return not line.bad("valid_to") and ends_sooner(line.made["post"], _last_day(line))


def _role(line: Line) -> str:
    return next((value for value, label in labels(Role).items() if label == line.get("role")), "")


def _said(person: User, post: Membership | None, places: Places) -> dict[str, str]:
    said = {"username": person.username, **{key: getattr(person, key) for key in OWN}}
    if post is None:
        return said | dict.fromkeys(POST, "")
    return said | {
        "organisation": places.name_of(post.organisation),
        "role": labels(Role)[post.role],
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else "",
    }
