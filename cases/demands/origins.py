"""Where a demand came from, as far as its reader may know: an extension point for the systems that open demands.

A demand holds the kind and key of its origin and nothing else of it. What that is called and where it can be read is
said by the system that holds it, asked only about demands that have such an origin.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.demands.enums import OF_DIALOGUE, Origin
from cases.demands.models import Case
from workflow.actor import Actor


@dataclass(frozen=True)
class Told:
    """One origin as its system tells of it to one reader; `address` is empty where the reader may not open it.

    `follow`: where its progress is read, if it has a page of its own for that.
    """

    title: str
    address: str = ""
    follow: str = ""


# (reader, keys) → what this reader may know, by key, in one statement; a key that is missing stays untold.
Provider = Callable[[Actor, Collection[str]], Mapping[str, Told]]
_providers: dict[str, Provider] = {}


def register_origin(kind: str, provider: Provider) -> None:
    """Who tells of the origins of this kind. ValueError for a kind that no dialogue has, or that is told of already."""
    if kind not in OF_DIALOGUE or kind in _providers:
        raise ValueError(f"nobody else tells of origins of the kind {kind}")
    _providers[kind] = provider


@dataclass(frozen=True)
class Came:
    """What opened a demand, by the paper `document`, or what was `tied` to it since and set its date."""

    kind: str
    title: str
    address: str
    tied: bool
    document: str
    follow: str = ""

    @property
    def label(self) -> str:
        return str(Origin(self.kind).label)

    @property
    def words(self) -> str:
        """“来自：会议任务事项 · 座谈会纪要第 3 项”."""
        what = {"origin": " · ".join(filter(None, (self.label, self.title)))}
        return _("关联：%(origin)s") % what if self.tied else _("来自：%(origin)s") % what


def of_case(case: Case, actor: Actor) -> list[Came]:
    """What opened the demand and what was tied to it since; nothing for one that a firm submitted or intake registered.

    One statement a kind, and none where there is no such origin or nobody tells of it: then the number of its paper
    stands for it.
    """
    pairs = [(case.origin, case.origin_key), (case.tied_to, case.tied_key)]
    if pairs[0] == pairs[1]:  # what opened it has set another date since
        pairs[1] = ("", "")
    told: dict[tuple[str, str], Told] = {pairs[0]: Told(case.origin_document)}
    for kind, provider in _providers.items():
        if keys := {key for other, key in pairs if other == kind and key}:
            known = provider(actor, keys)
            told |= {(kind, key): known.get(key, Told("")) for key in keys}
    shown = [
        (*pair, told.get(pair, Told("")), tied) for pair, tied in zip(pairs, (False, True), strict=True) if pair[1]
    ]
    return [
        Came(kind, one.title, one.address, tied, "" if tied else case.origin_document, one.follow)
        for kind, _key, one, tied in shown
    ]
