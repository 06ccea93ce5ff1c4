"""Drafts: what a firm has typed is kept on the server, one to five demands together, until it is sent or deleted."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from cases.demands import moves
from cases.demands.models import Case, Draft, FormDraft
from foundation.errors import Changed, NotVisible, NotYours, Refused
from parties.models import Enterprise
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor

MOST_DRAFTS = 20  # of one enterprise
MOST_MATTERS = 5  # of one submission
LONGEST_DRAFT = 60_000  # characters of one demand
KEPT = timedelta(days=180)  # since it was saved last
WARNED = timedelta(days=150)  # from then on the list says when it will be deleted
FORM_KEPT = timedelta(days=30)
CONTACT = ("contact_name", "contact_phone", "identity")  # asked once for all matters of a submission
MOST_SWEPT = 1000  # rows of one round


class SavedElsewhere(Changed):
    """Another window saved the draft after this one was opened; both texts are there."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(_("这份草稿在另一个窗口或由同事保存过。两份内容都在，请选择保留哪一份。"))


def find_draft(public_id: UUID, by: Actor) -> Draft:
    """The draft, if it is of the actor's firm. Raises NotVisible."""
    found = Draft.objects.visible_to(by).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible(_("没有找到这份草稿：可能已经提交或删除"))
    return found


def save_draft(
    *,
    by: Actor,
    category_code: str,
    version: int,
    typed: Mapping[str, str],
    draft: UUID | None = None,
    place: int = 0,
    seq: int | None = None,
    window: str = "",
) -> Draft:
    """What was typed of one demand is kept, right or not, at its place among those of the draft.

    Without `draft` a new one is made, or the one found that this window made before its answer came. `seq` is the
    number of savings the page knows of: another window that saved later raises SavedElsewhere and nothing is lost.
    Raises NotYours, NotVisible, Refused when there are too many drafts or demands or the text is too long.
    """
    if by.role not in ENTERPRISE_ROLES:
        raise NotYours(_("只有企业可以提交诉求"))
    if sum(len(text) for text in typed.values()) > LONGEST_DRAFT:
        raise Refused("", _("内容太长，没有保存到草稿"))
    with transaction.atomic():
        held = _held(draft, by, window)
        if held is None:
            held = _begun(by)
        elif seq != held.seq and not (window and window == held.window):
            raise SavedElsewhere(held)
        _put(held, place, category_code, version, typed)
        held.window = window
        _write(held, by)
    return held


def _held(draft: UUID | None, by: Actor, window: str) -> Draft | None:
    """The draft, locked; None when a new one is to be made. The firm is locked first, so that two do not race."""
    mine = Draft.objects.visible_to(by).select_for_update(of=("self",))
    if draft is not None:
        found = mine.filter(public_id=draft).first()
        if found is None:
            raise NotVisible(_("没有找到这份草稿：可能已经提交或删除"))
        return found
    Enterprise.objects.select_for_update(of=("self",)).get(pk=by.organisation_id)
    return mine.filter(window=window).first() if window else None


def _begun(by: Actor) -> Draft:
    if Draft.objects.visible_to(by).count() >= MOST_DRAFTS:
        raise Refused("", _("贵企业已有 %(n)s 份草稿，请先提交或删除一些") % {"n": MOST_DRAFTS})
    empty: dict[str, Any] = {"contact": {}, "matters": []}
    return Draft(enterprise_id=by.organisation_id, owner_id=by.user_id, created_at=by.now, seq=0, window="", data=empty)


def _write(held: Draft, by: Actor) -> None:
    assert by.user_id is not None
    held.seq, held.saved_at, held.saved_by_id = held.seq + 1, by.now, by.user_id
    held.save()


def _put(held: Draft, place: int, category_code: str, version: int, typed: Mapping[str, str]) -> None:
    if not 0 <= place <= len(held.matters) or place >= MOST_MATTERS:
        raise Refused("", _("一次最多提交 %(n)s 件事") % {"n": MOST_MATTERS})
    fields = {name: text for name, text in typed.items() if name not in CONTACT and text != ""}
    matter = {"category": category_code, "version": version, "fields": fields}
    held.data["contact"] |= {name: text for name, text in typed.items() if name in CONTACT}
    held.matters[place : place + 1] = [matter]


def drop_matter(public_id: UUID, *, place: int, seq: int | None, by: Actor) -> Draft:
    """One demand of several is no longer in the draft; the last one stays.

    Raises NotVisible, SavedElsewhere, Refused.
    """
    with transaction.atomic():
        held = _held(public_id, by, "")
        assert held is not None
        if seq != held.seq:
            raise SavedElsewhere(held)
        if not 0 <= place < len(held.matters) or len(held.matters) == 1:
            raise Refused("", _("草稿里只有这一件事"))
        del held.matters[place]
        _write(held, by)
    return held


def delete_draft(public_id: UUID, *, by: Actor) -> None:
    """The draft is gone; nothing of it is kept. Raises NotVisible."""
    with transaction.atomic():
        held = _held(public_id, by, "")
        assert held is not None
        held.delete()


def send(matters: Sequence[Mapping[str, Any]], *, by: Actor, draft: Draft | None = None) -> list[Case]:
    """Every one of these is a demand with a number of its own, or none is; the draft is gone in the same transaction.

    `matters` are the arguments of `moves.submit_case`, read from `draft` as it was loaded. Demands sent together name
    the same submission. Raises NotVisible when the draft was sent or deleted meanwhile, SavedElsewhere when it was
    saved, Refused, and what `submit_case` raises.
    """
    if not 1 <= len(matters) <= MOST_MATTERS:
        raise Refused("", _("一次最多提交 %(n)s 件事") % {"n": MOST_MATTERS})
    submission = uuid4() if len(matters) > 1 else None
    with transaction.atomic():
        if draft is not None:
            held = _held(draft.public_id, by, "")
            assert held is not None
            if held.seq != draft.seq:
                raise SavedElsewhere(held)
            held.delete()
        return [moves.submit_case(by=by, submission=submission, **inputs) for inputs in matters]


# --- the form of a move ---


def keep_form(kind: str, object_id: UUID, typed: Mapping[str, str], *, by: Actor) -> None:
    """What this person typed into the form of a move is kept until the move is made. Raises Refused when too long."""
    if sum(len(text) for text in typed.values()) > LONGEST_DRAFT:
        raise Refused("", _("内容太长，没有保存到草稿"))
    FormDraft.objects.update_or_create(
        user_id=by.user_id,
        kind=kind,
        object_id=object_id,
        defaults={"data": dict(typed), "saved_at": by.now},
    )


def kept_form(kind: str, object_id: UUID, *, by: Actor) -> FormDraft | None:
    """What this person typed there before and did not send."""
    return FormDraft.objects.filter(user_id=by.user_id, kind=kind, object_id=object_id).first()


def forget_form(kind: str, object_id: UUID, *, by: Actor) -> None:
    """Nothing of it is kept: the move was made, or the person wants to begin anew."""
    FormDraft.objects.filter(user_id=by.user_id, kind=kind, object_id=object_id).delete()


# --- what is left lying ---


def sweep(now: datetime) -> str:
    """Drafts that nobody touched for so long are gone; the list has said so for a month."""
    drafts = _oldest(Draft.objects.filter(saved_at__lt=now - KEPT))
    forms = _oldest(FormDraft.objects.filter(saved_at__lt=now - FORM_KEPT))
    return f"drafts {drafts}, forms {forms}"


def _oldest(rows: Any) -> int:
    keys: Iterable[int] = list(rows.order_by("saved_at").values_list("pk", flat=True)[:MOST_SWEPT])
    gone: int = rows.model.objects.filter(pk__in=keys).delete()[0]
    return gone
