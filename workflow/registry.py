"""Extension points: what lower rooms need from higher ones is put here in `AppConfig.ready()`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from workflow.actor import Actor
from workflow.models import Event, LedgerSubject
from workflow.time_left import TimeLeft


class Subscription(Protocol):
    """Runs inside the transaction of a move and only inserts rows of its own."""

    def __call__(self, subject: Any, event: Event, by: Actor) -> None: ...


@dataclass(frozen=True)
class InboxEntry:
    """One line of a box on the home page, whatever system it comes from."""

    title: str
    number: str
    meta: tuple[str, ...]
    state_label: Any
    state_tone: str
    state_icon: str
    due_at: datetime | None
    time_left: TimeLeft | None
    url: str
    action_label: Any
    hot: bool = False


class Inbox(Protocol):
    """The boxes of one system: the same queryset counts and lists."""

    name: str

    def box(self, actor: Actor, box: str) -> QuerySet[Any] | None: ...

    def entries(self, actor: Actor, rows: Iterable[Any]) -> list[InboxEntry]: ...


@dataclass(frozen=True)
class MenuItem:
    """An entry of the navigation: shown when `shown(actor)`."""

    label: Any
    url_name: str
    icon: str
    shown: Callable[[Actor], bool]
    order: int = 0
    system: str = ""


@dataclass(frozen=True)
class Consent:
    """How a consented proposal is carried out: the move function, called with the stored inputs."""

    run: Callable[..., Any]
    load_inputs: Callable[[dict[str, Any]], dict[str, Any]] = dict


_subjects: dict[str, type[LedgerSubject]] = {}
_subscriptions: dict[tuple[str, str], list[Subscription]] = {}
_inboxes: list[Inbox] = []
_menu: list[MenuItem] = []
_consents: dict[tuple[str, str], Consent] = {}


def register_subject(model: type[LedgerSubject]) -> None:
    _subjects[model.ledger_kind] = model


def subject_models() -> list[type[LedgerSubject]]:
    """Every kind of row that carries a chain."""
    return list(_subjects.values())


def subject_model(kind: str) -> type[LedgerSubject]:
    return _subjects[kind]


def subscribe(kind: str, action: str, subscription: Subscription) -> None:
    _subscriptions.setdefault((kind, action), []).append(subscription)


def subscriptions(kind: str, action: str) -> list[Subscription]:
    return _subscriptions.get((kind, action), [])


def register_inbox(inbox: Inbox) -> None:
    _inboxes.append(inbox)


def inboxes() -> list[Inbox]:
    return list(_inboxes)


def register_menu(*items: MenuItem) -> None:
    _menu.extend(items)


def menu(actor: Actor) -> list[MenuItem]:
    return sorted((item for item in _menu if item.shown(actor)), key=lambda item: item.order)


def register_consent(kind: str, action: str, consent: Consent) -> None:
    _consents[kind, action] = consent


def consent(kind: str, action: str) -> Consent | None:
    return _consents.get((kind, action))
