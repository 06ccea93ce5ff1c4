"""Policies of clocks: what a document must say, the ready-made profiles, and how a version comes into force.

A clock takes the version in force on its local start day and keeps it; a version is therefore never edited. Whoever
regrets one that is not yet in force adopts another with the same date: of two with one date the newer wins
(decision 0010). Source of the numbers: the page “case lifecycle”, section “Clocks”.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import translation
from django.utils.translation import gettext as _

from foundation.errors import Changed, NotYours, Refused
from foundation.models import Policy, PolicyQuerySet
from parties.roles import Role
from workflow import registry
from workflow.actor import Actor
from workflow.calendar import ZONE
from workflow.clocks import DEFAULT_CLOCK_POLICY, ClockKind, Unit
from workflow.door import LEDGER_LANGUAGE
from workflow.time_left import long_day
from workflow.versions import CLOCK_POLICY
from workflow.versions import forget as forget_versions

MOST = 365  # units; a clock of more than a year is a slip of the hand
# They start before a demand has a class, or are none of a demand: a limit by class could not start them.
BEFORE_CLASS = frozenset({"ACCEPT", "COMPLETION", "RECONSIDER", "MINUTES"})
PROFILES = Path(__file__).parent / "data" / "policies"
PROFILE_ORDER = ("ours", "beijing", "shandong")
MOST_REMINDERS = 10
OF_THE_WHOLE = ("half_at_least", "remind_on_days", "by_origin")  # stand beside the classes, not in them
LARGEST_SOURCE = 1000  # characters

Fault = tuple[str, str]  # path of the field with dots between, and the sentence


# --- profiles ---


@dataclass(frozen=True)
class Profile:
    """A ready-made set of limits to start from; what it does not say itself is as in the default."""

    slug: str
    name: str
    description: str
    source: str
    limits: Mapping[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        """The whole document, as a version keeps it."""
        ours = DEFAULT_CLOCK_POLICY["limits"]
        own = {kind: {**ours[kind], **entry} for kind, entry in self.limits.items()}
        return {"kind": CLOCK_POLICY, "limits": {**ours, **own}}


def profiles() -> list[Profile]:
    """The profiles shipped with the product, ours first."""
    return [
        Profile(slug=slug, **json.loads((PROFILES / f"{slug}.json").read_text(encoding="utf-8")))
        for slug in PROFILE_ORDER
    ]


# --- what a document must say ---


def check_policy(data: object) -> list[Fault]:
    """Every fault of a policy document, each with the path of its field; none when it can be adopted.

    Every kind of clock has a limit of 1 to 365 units; one that depends on the class has it for every class.
    """
    limits = data.get("limits") if isinstance(data, Mapping) else None
    if not isinstance(limits, Mapping):
        return [("limits", _("时限表应是一个 JSON 对象"))]
    faults = [
        (f"limits.{kind.value}", _("缺少“%(kind)s”的时限") % {"kind": kind.label})
        for kind in ClockKind
        if kind.value not in limits
    ]
    for name, entry in limits.items():
        if name not in ClockKind.values:
            faults.append((f"limits.{name}", _("没有“%(name)s”这种时限") % {"name": name}))
        else:
            faults += _faults_of_clock(f"limits.{name}", entry, by_class_possible=name not in BEFORE_CLASS)
    return faults


def _faults_of_clock(path: str, entry: object, *, by_class_possible: bool) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield path, _("应是一个 JSON 对象")
        return
    yield from _faults_of_the_whole(path, entry)
    rest = {name: value for name, value in entry.items() if name not in OF_THE_WHOLE}
    if "by_class" not in rest:
        yield from _faults_of_entry(path, rest)
        return
    if not by_class_possible:
        yield f"{path}.by_class", _("这时还没有档次，时限不能按档次定")
    if len(rest) > 1:
        yield path, _("按档次定的时限，数量和单位应写在各档次里")
    yield from _faults_of_classes(f"{path}.by_class", rest["by_class"])


def _faults_of_the_whole(path: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    """What is said of a clock whatever the class: the least a half may be, days of reminders, what origins give."""
    if "half_at_least" in entry and not _is_count(entry["half_at_least"]):
        yield f"{path}.half_at_least", _("请填 1 到 %(most)s 的整数") % {"most": MOST}
    if "by_origin" in entry:
        yield from _faults_of_origins(f"{path}.by_origin", entry["by_origin"])
    days = entry.get("remind_on_days", [])
    if not (isinstance(days, list | tuple) and len(days) <= MOST_REMINDERS and all(map(_is_count, days))):
        yield (
            f"{path}.remind_on_days",
            _("提醒日应是 1 到 %(most)s 的整数，最多 %(n)s 个")
            % {
                "most": MOST,
                "n": MOST_REMINDERS,
            },
        )


def _faults_of_origins(path: str, by_origin: object) -> Iterator[Fault]:
    if not isinstance(by_origin, Mapping):
        yield path, _("应是一个 JSON 对象")
        return
    for origin, entry in by_origin.items():
        if origin in registry.origins():
            yield from _faults_of_entry(f"{path}.{origin}", entry)
        else:
            yield f"{path}.{origin}", _("没有“%(name)s”这种来源") % {"name": origin}


def _faults_of_classes(path: str, by_class: object) -> Iterator[Fault]:
    if not isinstance(by_class, Mapping):
        yield path, _("应是一个 JSON 对象")
        return
    classes = registry.classes()
    for klass, label in classes.items():
        if klass not in by_class:
            yield f"{path}.{klass}", _("缺少“%(name)s”档的时限") % {"name": label}
    for klass, entry in by_class.items():
        if klass in classes:
            yield from _faults_of_entry(f"{path}.{klass}", entry)
        else:
            yield f"{path}.{klass}", _("没有“%(name)s”这个档次") % {"name": klass}


def _faults_of_entry(path: str, entry: object, *, more: Collection[str] = ("urgent",)) -> Iterator[Fault]:
    if not isinstance(entry, Mapping):
        yield path, _("应是一个 JSON 对象")
        return
    for name in entry:
        if name not in ("amount", "unit", "at_least_working_days", *more):
            yield f"{path}.{name}", _("不认识“%(name)s”这一项") % {"name": name}
    if not _is_count(entry.get("amount")):
        yield f"{path}.amount", _("请填 1 到 %(most)s 的整数") % {"most": MOST}
    if entry.get("unit") not in Unit.values:
        yield f"{path}.unit", _("单位只能是工作小时、工作日、天、小时之一")
    if "at_least_working_days" in entry:
        yield from _faults_of_floor(f"{path}.at_least_working_days", entry)
    if "urgent" in entry and "urgent" in more:
        yield from _faults_of_entry(f"{path}.urgent", entry["urgent"], more=())


def _faults_of_floor(path: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    if not _is_count(entry["at_least_working_days"]):
        yield path, _("请填 1 到 %(most)s 的整数") % {"most": MOST}
    elif entry.get("unit") != Unit.NATURAL_DAY:
        yield path, _("只有按天计算的时限可以写“至少几个工作日”")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


# --- versions ---


def newest_version() -> int:
    """The number of the version adopted last, 0 when there is none; what a person sees who begins a change."""
    found: int | None = Policy.objects.filter(kind=CLOCK_POLICY).aggregate(newest=Max("version"))["newest"]
    return found or 0


def versions() -> PolicyQuerySet:
    """Every version with `outdone`: a newer one has the same date, so that this one is never in force."""
    newer = Policy.objects.filter(
        kind=OuterRef("kind"), effective_from=OuterRef("effective_from"), version__gt=OuterRef("version")
    )
    return Policy.objects.filter(kind=CLOCK_POLICY).annotate(outdone=Exists(newer))


def coming(today: date) -> PolicyQuerySet:
    """The versions that will be in force on a day after this one, the next first."""
    return versions().filter(effective_from__gt=today, outdone=False).order_by("effective_from")


def may_adopt(by: Actor) -> bool:
    """Whether this post changes policies."""
    return by.role == Role.SYSTEM_ADMIN


def for_administrators(by: Actor) -> None:
    """Raise NotYours unless this post changes policies."""
    if not may_adopt(by):
        raise NotYours(_("只有系统管理员可以修改时限规则"))


def check_date(effective_from: date, by: Actor) -> None:
    """Raise Refused for a day that has begun to lie behind: what ran then keeps what it was told."""
    today = by.now.astimezone(ZONE).date()
    if effective_from < today:
        raise Refused("effective_from", _("生效日期不能早于今天（%(today)s）") % {"today": long_day(today)})
    if effective_from.year > today.year + 2:
        raise Refused("effective_from", _("生效日期太远，最晚到 %(year)s 年底") % {"year": today.year + 2})


def adopt(data: Mapping[str, Any], *, effective_from: date, source: str, by: Actor, seen: int | None = None) -> Policy:
    """The next version of the clock policy, in force from the start of that local day.

    `seen` is the newest version that the person had before their eyes; when another came since, or comes at the same
    moment, the second person gets Changed and looks again. Raises NotYours, Refused (a fault of the document or the
    date) and Changed.
    """
    for_administrators(by)
    check_date(effective_from, by)
    if faults := check_policy(data):
        raise Refused(*faults[0])
    if not source.strip():
        raise Refused("source", _("请写明依据"))
    newest = newest_version()
    if seen is not None and seen != newest:
        raise _overtaken()
    try:
        with transaction.atomic():
            adopted = Policy.objects.create(
                kind=CLOCK_POLICY,
                version=newest + 1,
                effective_from=effective_from,
                data={"kind": CLOCK_POLICY, "limits": data["limits"]},
                source=source,
                adopted_by_id=by.user_id,
                adopted_as=_post_of(by),
                adopted_at=by.now,
            )
            transaction.on_commit(forget_versions)
    except IntegrityError as error:
        raise _overtaken() from error
    return adopted


def _post_of(by: Actor) -> str:
    """Organisation and role as kept text, in the one language of what is kept."""
    with translation.override(LEDGER_LANGUAGE):
        return f"{by.post.organisation_name} · {by.post.role.label}" if by.post else ""


def _overtaken() -> Changed:
    last = Policy.objects.filter(kind=CLOCK_POLICY).order_by("-version").first()
    return Changed(
        _("刚刚启用了第 %(version)s 版时限规则（%(who)s）。请看过再改。")
        % {"version": last.version if last else 0, "who": (last.adopted_as if last else "") or "—"}
    )
