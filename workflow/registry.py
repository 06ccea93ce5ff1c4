"""Extension points: what lower rooms need from higher ones is put here in `AppConfig.ready()`."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import QueryDict

from parties.models import Membership
from workflow.actor import Actor
from workflow.models import Event, LedgerSubject
from workflow.models.notices import KEPT_FROM
from workflow.time_left import TimeLeft


class Subscription(Protocol):
    """Runs inside the transaction of a move and only inserts rows of its own."""

    def __call__(self, subject: Any, event: Event, by: Actor) -> None: ...


@dataclass(frozen=True)
class InboxEntry:
    """One line of a box on the home page, or of what a search found, whatever system it comes from."""

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
class Source:
    """Where the search of the page head looks, and how it shows what it found (docs/how-to/add-a-system.md).

    `find` gives rows, newest first, that this actor may open and that hold the words; None for whoever has none of
    the kind. It is sliced and read with one statement, and `entries` asks none. `whole` is the address of the list
    that has all of them.
    """

    name: str
    label: Any
    find: Callable[[Actor, str], QuerySet[Any] | None]
    entries: Callable[[Actor, Iterable[Any]], list[InboxEntry]]
    whole: Callable[[str], str]


@dataclass(frozen=True, eq=False)
class MenuItem:
    """An entry of the navigation: shown when `shown(actor)`. Each is one of its own, whatever it says."""

    label: Any
    url_name: str
    icon: str
    shown: Callable[[Actor], bool]
    order: int = 0


@dataclass(frozen=True)
class Consent:
    """How a consented proposal is carried out: the move function, called with the inputs that were stored.

    It is called as run(pk, by=, seen=, proposal=, **inputs). `decider` gives the key of the organisation that must
    decide, from the subject and the inputs, when the permission of the second person does not name one organisation.
    """

    run: Callable[..., Any]
    decider: Callable[[Any, Mapping[str, Any]], int] | None = None


@dataclass(frozen=True)
class MessageKind:
    """What a message is about, and the words it is shipped with; an administrator may set others.

    The words may name what workflow.words.PLACEHOLDERS lists, and never content, a title or a firm's name. `dated`:
    whoever is told may know when the turn that follows is due.
    """

    code: str
    label: Any
    notice: Any
    subject: Any
    body: Any
    dated: bool = True


@dataclass(frozen=True)
class Reached:
    """Who is to be told now: by audience, the posts whose holders may see the subject, user and organisation loaded."""

    address: str
    people: Mapping[str, Sequence[Membership]]


class AudienceProvider(Protocol):
    """The people behind the names of audiences at this moment, in a fixed number of statements.

    None when the subject is no longer there. Nobody may be among them who may not open the subject now.
    """

    def __call__(self, subject_id: int, audiences: Collection[str], now: datetime) -> Reached | None: ...


@dataclass(frozen=True)
class SystemMove:
    """A move that the tick makes: the named function, and which subjects it is due for besides what a clock says.

    `due` takes the present moment and gives keys in ascending order, in batches as it likes; None: the subjects for
    which the clock of the move's graph is over.
    """

    run: Callable[..., Any]
    due: Callable[[datetime], Iterable[int]] | None = None


Seat = tuple[int, str]  # an organisation and a role in it


@dataclass(frozen=True)
class Holding:
    """What one person owns in one post, for whoever hands it over: how much, by what it is known, what becomes of it.

    It never says what a demand asks. `seat` is the post it is owned in, None when it goes with the person.
    """

    label: Any
    seat: Seat | None
    number: int
    names: tuple[str, ...]
    fate: Any
    needs_heir: bool = False


class Owned(Protocol):
    """One kind of thing that people own in person. Each question takes one statement at most.

    `remedy` says what is to be done about what is `unowned`, "" where nothing ever is; `listed` is the name of the
    list by which it can be taken out, "" for none.
    """

    remedy: Any
    listed: str

    def holdings(self, user_id: int, now: datetime) -> list[Holding]: ...

    def numbers(self, user_ids: Collection[int], now: datetime) -> Mapping[tuple[int, Seat], int]:
        """How much each of these people owns that would need an heir, by person and post."""
        ...

    def unowned(self, actor: Actor, limit: int) -> list[tuple[str, str]]:
        """What nobody owns at the moment, as (name, whose it should be); for whoever must find somebody."""
        ...

    def pass_on(self, user_id: int, heirs: Mapping[Seat, Membership], by: Actor) -> None:
        """All of it is the heirs' or ended, in the caller's transaction; `by` is who enters the leaving."""
        ...


@dataclass(frozen=True)
class ExportColumn:
    """One column of a list that can be taken out: `value` gives text, a number, a date, a moment or None, and asks no
    statement. `width` is in characters.
    """

    name: str
    label: Any
    value: Callable[[Any, Actor], Any]
    width: int = 16


@dataclass(frozen=True)
class ExportPart:
    """Rows of a list: a queryset in an order by which it can be paged (`foundation.keyset`).

    `show` turns some rows into what the columns are given, in a fixed number of statements. `subject` gives kind and
    key of what a row lets its reader read, where that goes on record (`register_taken_out`).
    """

    rows: QuerySet[Any]
    show: Callable[[list[Any]], Iterable[Any]] = list
    subject: Callable[[Any], tuple[str, int] | None] | None = None


@dataclass(frozen=True)
class ExportRequest:
    """What an address asks of a list: its rows, its filters in words, and the columns its page shows (`shown`)."""

    parts: Sequence[ExportPart]
    said: Sequence[str] = ()
    shown: Sequence[str] = ()


@dataclass(frozen=True)
class ExportableList:
    """A list that can be taken out as a file (docs/how-to/export-a-list.md).

    `ask(actor, query)` gives the rows that the page counts and lists for this actor and query string, and raises what
    the page raises for whoever may not open it. `parameters` are the names of the query string that it reads, `page`
    is the name of the page's address, in whose path stand the words `of` and then the parameters of `places`. `usual`
    names the columns that are ticked before anybody has chosen any; () all of them.
    """

    name: str
    title: Any
    page: str
    ask: Callable[[Actor, QueryDict], ExportRequest]
    columns: tuple[ExportColumn, ...]
    parameters: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()


class Recalculation(Protocol):
    """The named move that rebases one running clock of a subject on the calendar now in force."""

    def __call__(self, subject_id: int, /, *, by: Actor, kind: Any, why: str) -> Any: ...


_subjects: dict[str, type[LedgerSubject]] = {}
_subscriptions: dict[tuple[str, str], list[Subscription]] = {}
_inboxes: list[Inbox] = []
_menu: list[MenuItem] = []
_recalculations: dict[str, Recalculation] = {}
_consents: dict[tuple[str, str], Consent] = {}
_audiences: dict[str, AudienceProvider] = {}
_but_kept_out: dict[str, Callable[..., Any]] = {}
_message_kinds: dict[str, MessageKind] = {}
_system_moves: dict[tuple[str, str], SystemMove] = {}
_classes: dict[str, Any] = {}
_origins: dict[str, Any] = {}
_owned: list[Owned] = []


_sources: dict[str, Source] = {}
_exports: dict[str, ExportableList] = {}
_taken_out: dict[str, Callable[[Iterable[int], Actor], None]] = {}
_opened: dict[str, Callable[[Iterable[int], Actor], None]] = {}


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


def register_search(*sources: Source) -> None:
    """The search looks here too, after those registered before. ValueError for a name that another source has."""
    for source in sources:
        if source.name in _sources:
            raise ValueError(f"two sources of the search are called “{source.name}”")
        _sources[source.name] = source


def search_sources() -> list[Source]:
    return list(_sources.values())


def register_menu(*items: MenuItem) -> None:
    _menu.extend(items)


def menu(actor: Actor) -> list[MenuItem]:
    return sorted((item for item in _menu if item.shown(actor)), key=lambda item: item.order)


def register_consent(kind: str, action: str, consent: Consent) -> None:
    _consents[kind, action] = consent


def consent(kind: str, action: str) -> Consent | None:
    return _consents.get((kind, action))


def register_recalculation(kind: str, run: Recalculation) -> None:
    """How a clock of this kind of subject is counted again after a calendar was loaded."""
    _recalculations[kind] = run


def recalculation(kind: str) -> Recalculation:
    """Raises KeyError for a kind of subject that has none."""
    return _recalculations[kind]


def register_audience(kind: str, provider: AudienceProvider) -> None:
    """Who is told of subjects of this kind."""
    _audiences[kind] = provider


def audience(kind: str) -> AudienceProvider:
    return _audiences[kind]


def register_kept_from(kind: str, kept: Callable[[Actor], Any]) -> None:
    """Which subjects of this kind are kept from an actor in the post they act in, as a queryset of keys.

    Nothing tells of them.
    """
    KEPT_FROM[kind] = kept


def kept_from(kind: str, actor: Actor) -> Any | None:
    """The keys of the subjects of this kind that are kept from this actor; None when the kind keeps none."""
    kept = KEPT_FROM.get(kind)
    return kept(actor) if kept else None


def register_but_kept_out(kind: str, narrow: Callable[..., Any]) -> None:
    """How posts are narrowed to those whose holders need not keep out of a subject: narrow(posts, subject_id, now=)."""
    _but_kept_out[kind] = narrow


def but_kept_out(kind: str, posts: Any, subject_id: int, *, now: datetime) -> Any:
    """These posts without those who are to keep out of this subject; all of them when the kind keeps nobody out."""
    narrow = _but_kept_out.get(kind)
    return narrow(posts, subject_id, now=now) if narrow else posts


def register_message_kinds(*kinds: MessageKind) -> None:
    _message_kinds.update({kind.code: kind for kind in kinds})


def message_kinds() -> list[MessageKind]:
    return list(_message_kinds.values())


def message_kind(code: str) -> MessageKind:
    """Raises KeyError for a kind nobody has registered."""
    return _message_kinds[code]


def register_system_move(kind: str, action: str, move: SystemMove) -> None:
    _system_moves[kind, action] = move


def system_moves() -> dict[tuple[str, str], SystemMove]:
    """What the tick does by itself, by (kind of subject, action)."""
    return dict(_system_moves)


def register_classes(labels: Mapping[str, Any]) -> None:
    """The classes of demands that a limit may depend on, with their names, the lightest first."""
    _classes.update(labels)


def classes() -> dict[str, Any]:
    return dict(_classes)


def register_origins(labels: Mapping[str, Any]) -> None:
    """The origins of demands that may give a limit of their own, with their names."""
    _origins.update(labels)


def origins() -> dict[str, Any]:
    return dict(_origins)


def register_owned(*kinds: Owned) -> None:
    """What is shown, and handed over, when somebody leaves; in the order in which it is shown."""
    _owned.extend(kinds)


def owned() -> list[Owned]:
    return list(_owned)


def register_export(*lists: ExportableList) -> None:
    """These lists can be taken out. ValueError for a name that another list has."""
    for one in lists:
        if one.name in _exports:
            raise ValueError(f"two lists are called “{one.name}”")
        _exports[one.name] = one


def exports() -> dict[str, ExportableList]:
    """The lists that can be taken out, by name."""
    return dict(_exports)


def register_taken_out(kind: str, note: Callable[[Iterable[int], Actor], None]) -> None:
    """How it goes on record that somebody took out subjects of this kind; many at a time."""
    _taken_out[kind] = note


def note_taken_out(kind: str, keys: Iterable[int], by: Actor) -> None:
    """It is on record that these subjects were taken out; nothing happens for a kind that keeps no such record."""
    if note := _taken_out.get(kind):
        note(keys, by)


def register_opened(kind: str, note: Callable[[Iterable[int], Actor], None]) -> None:
    """How it goes on record that somebody opened what tells of subjects of this kind."""
    _opened[kind] = note


def note_opened(kind: str, keys: Iterable[int], by: Actor) -> None:
    """It is on record that these subjects were read; nothing happens for a kind that keeps no such record."""
    if note := _opened.get(kind):
        note(keys, by)
