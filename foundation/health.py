"""Whether the parts of the system do their work: a registry of probes, and those that need no domain.

A probe takes the time and returns a finding. It runs one statement or so, because /readyz asks all of them every few
seconds, and its words are shown to anybody: no secrets, no names, no numbers of cases. Apps register theirs in
`AppConfig.ready()`.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import pulse

logger = logging.getLogger(__name__)

DATABASE = "database"
KEPT = timedelta(seconds=3)  # for which /readyz repeats what it found
ADDED_PULSES = ("foundation", "0003_pulse")  # when this migration was applied, nothing could have beaten before


@dataclass(frozen=True)
class Finding:
    """What a probe found, in a sentence for whoever is on duty."""

    ok: bool
    words: str


Probe = Callable[[datetime], Finding]


@dataclass(frozen=True)
class Part:
    """One part of the system and what was found of it; `label` is its name for people."""

    name: str
    label: Any
    finding: Finding


_probes: dict[str, tuple[Probe, Any]] = {}


def register(name: str, probe: Probe, *, label: Any = "") -> None:
    """`probe` is asked from now on under this name, a word of the program; `label` is its Chinese name (lazy)."""
    _probes[name] = probe, label or name


def look(now: datetime) -> list[Part]:
    """Every part and what was found of it, in the order of registration, in the language in force.

    The rest stands on the database: when its probe fails, nothing else is asked.
    """
    first = _ask(DATABASE, now)
    if not first.finding.ok:
        return [first]
    return [first, *(_ask(name, now) for name in _probes if name != DATABASE)]


def _ask(name: str, now: datetime) -> Part:
    probe, label = _probes[name]
    try:
        finding = probe(now)
    except Exception:
        logger.exception("probe %s failed", name)
        finding = Finding(False, _("检查没有做成，原因见日志"))
    return Part(name, label, finding)


# --- kept for a moment ---


class Keeper:
    """What was found last, for KEPT, unless the clock is set back; many who ask at once wait for one look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: list[Part] = []
        self._at: datetime | None = None

    def look(self, now: datetime) -> list[Part]:
        with self._lock:
            if self._at is None or not self._at <= now < self._at + KEPT:
                self._parts, self._at = look(now), now
                if failing := [part.name for part in self._parts if not part.finding.ok]:
                    logger.warning("not ready: %s", ", ".join(failing))
            return self._parts

    def forget(self) -> None:
        self._at = None


keeper = Keeper()

# --- probes ---


def database(now: datetime) -> Finding:
    """The database answers and has every migration that lies on the disk. One statement."""
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except Exception:
        logger.exception("the database does not answer")
        return Finding(False, _("数据库没有应答，或还没有建表"))
    if waiting := len(_on_disk() - applied):
        return Finding(
            False,
            ngettext(
                "有 %(n)s 项数据库更新没有执行，请运行 manage.py migrate",
                "有 %(n)s 项数据库更新没有执行，请运行 manage.py migrate",
                waiting,
            )
            % {"n": waiting},
        )
    return Finding(True, _("有应答，结构是最新的"))


@cache
def _on_disk() -> set[tuple[str, str]]:
    """The migrations of all apps, read once: they change with the program only. Squashed ones stand for themselves."""
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return {key for key, migration in loader.disk_migrations.items() if not migration.replaces}


def pulse_probe(name: str, *, silent_after: timedelta, first_within: timedelta = timedelta(0)) -> Probe:
    """A probe of the pulse `name`: it fails when the last beat was not well, or is older than `silent_after`.

    A pulse that has never beaten fails too, except within `first_within` after the installation. One statement, and
    a second one for the date of installation when there is no pulse.
    """

    def probe(now: datetime) -> Finding:
        last = pulse.last(name)
        if last is None:
            young = bool(first_within) and _installed_at() >= now - first_within
            return Finding(young, _("尚未运行") if young else _("从未运行"))
        words = _("%(ago)s前") % {"ago": span(now - last.at)}
        if not last.ok:
            return Finding(False, " · ".join(filter(None, [last.detail or _("上次没有成功"), words])))
        if last.at < now - silent_after:
            return Finding(False, _("已有 %(span)s 没有动静") % {"span": span(now - last.at)})
        return Finding(True, " · ".join(filter(None, [last.detail, words])))

    return probe


def _installed_at() -> datetime:
    app, name = ADDED_PULSES
    return MigrationRecorder(connection).migration_qs.values_list("applied", flat=True).get(app=app, name=name)


def span(length: timedelta) -> str:
    """“12 秒”, “5 分钟”, “3 小时”, “2 天”: whole units, the largest that is reached; nothing is shorter than 0."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return ngettext("%(n)s 秒", "%(n)s 秒", seconds) % {"n": seconds}
    if seconds < 3600:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", seconds // 60) % {"n": seconds // 60}
    if seconds < 86_400:
        return ngettext("%(n)s 小时", "%(n)s 小时", seconds // 3600) % {"n": seconds // 3600}
    return ngettext("%(n)s 天", "%(n)s 天", seconds // 86_400) % {"n": seconds // 86_400}
