"""A firm submits: category, questions, check, confirmation; one matter or several. No script is needed.

What was typed of the matter on the page goes along in its form; the other matters lie in the draft.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import drafting, moves, queries, question_sets, reading
from cases.demands.drafting import MOST_MATTERS, SavedElsewhere
from cases.demands.enums import CaseState, Identity
from cases.demands.forms import SubmissionFiles, SubmitForm
from cases.demands.forms.restoring import restored
from cases.demands.models import Case, Category, Draft
from cases.demands.questions import answer_lines
from cases.demands.rules.splitting import numbered_matters
from cases.demands.views import drafts, kept, naming, papers, words
from cases.demands.views.case import find
from cases.demands.views.kept import typed
from foundation.errors import DomainError, NotVisible, NotYours, Refused
from parties.roles import ENTERPRISE_ROLES
from workflow.actor import Actor
from workflow.views.once import posted_once, random_key


def for_firms(actor: Actor) -> None:
    """Refuse whoever acts for anybody but an enterprise, before they have typed a page full."""
    if actor.role not in ENTERPRISE_ROLES:
        raise NotYours(_("只有企业可以提交诉求"))


@dataclass(frozen=True)
class Here:
    """Which matter of which draft a page is about, as its hidden fields say it."""

    category: Category
    draft: Draft | None
    place: int
    seq: int | None
    window: str
    version: str

    @classmethod
    def of(cls, data: QueryDict, category: Category, actor: Actor, *, mark: str = kept.MARK) -> "Here":
        """Raises NotVisible for a draft that is not the firm's, or no longer."""
        named = data.get(f"{mark}draft", "")
        return cls(
            category,
            drafts.named(named, actor) if named else None,
            kept.number(data.get(f"{mark}place", ""), most=99) or 0,
            kept.number(data.get(f"{mark}seq", "")),
            kept.beside(data, f"{mark}window")[:40] or random_key(),
            kept.beside(data, f"{mark}version"),
        )

    def saved(self, draft: Draft) -> "Here":
        """The same page, knowing what was saved."""
        return replace(self, draft=draft, seq=draft.seq)

    @property
    def hidden(self) -> list[tuple[str, object]]:
        """What the form sends along."""
        found = {
            "category": self.category.code,
            "draft": self.draft.public_id if self.draft else "",
            "place": self.place,
            "seq": "" if self.seq is None else self.seq,
            "window": self.window,
            "version": self.version,
        }
        return [(f"{kept.MARK}{name}", value) for name, value in found.items()]

    def form(self, data: Mapping[str, Any] | None = None, **options: Any) -> SubmitForm:
        asked = question_sets.asked_with(self.category.code, self.version)
        return SubmitForm(data, category=self.category, asked=asked, contact=self.place == 0, **options)


def choose_category(request: HttpRequest) -> HttpResponse:
    """Step 1: what it is about. Here lie the drafts of the firm too."""
    actor = request.actor
    for_firms(actor)
    draft = drafts.named(request.GET["draft"], actor) if request.GET.get("draft") else None
    place = kept.number(request.GET.get("place", ""), most=99) or 0
    context = {
        "categories": Category.objects.filter(active=True),
        "step": 1,
        "draft": draft,
        "place": place,
        "n": place + 1,
        "drafts": [] if draft else drafts.lines(actor),
    }
    return render(request, "demands/submit_category.html", context)


def answer_questions(request: HttpRequest, category: str) -> HttpResponse:
    """Steps 2 and 3: the questions of the category, then all answers to look over, then the demand is sent."""
    for_firms(request.actor)
    chosen = get_object_or_404(Category, pk=category, active=True)
    if request.method != "POST":
        return _opened(request, Here.of(request.GET, chosen, request.actor, mark=""))
    step = request.POST.get("step", "check")
    if step == "send":
        return _sent(request, chosen)
    try:
        return _went_on(request, Here.of(request.POST, chosen, request.actor), step)
    except NotVisible as error:
        return _gone(request, chosen, error)


def _went_on(request: HttpRequest, here: Here, step: str) -> HttpResponse:
    """From the questions to the check page, back, or on to another matter; every step saves."""
    if step == "edit":
        return _questions(request, here, restored(here.form, request.POST))
    try:
        here = _kept(request, here)
    except SavedElsewhere as error:
        return _conflict(request, here, error)
    except Refused as error:
        if step != "check":  # who goes on to send needs no draft
            form = restored(here.form, request.POST)
            form.add_error(None, str(error.sentence))
            return _questions(request, here, form, status=422)
    if step == "save":
        messages.success(request, _("草稿已保存，可以关闭本页以后再写"))
        return redirect(_address(here))
    form = here.form(request.POST)
    if not form.is_valid():
        return _questions(request, here, form, status=422)
    if step == "add":
        return _another(request, here, form)
    return _check(request, here, form)


def _opened(request: HttpRequest, here: Here) -> HttpResponse:
    """The questions, filled with what the draft holds; with the newest ones, whatever was asked when it was begun."""
    if here.draft is None:
        return _questions(request, replace(here, place=0), here.form())
    here = here.saved(here.draft)
    place = min(here.place, len(here.draft.matters))
    here = replace(here, place=place)
    matter = here.draft.matters[place] if place < len(here.draft.matters) else {"fields": {}, "version": ""}
    form = restored(here.form, matter["fields"] | here.draft.data["contact"])
    renewed = matter["version"] not in ("", form.asked.version) and matter.get("category") == here.category.code
    return _questions(request, here, form, renewed=renewed)


def _kept(request: HttpRequest, here: Here) -> Here:
    """What was typed lies in the draft."""
    form = here.form()
    return here.saved(
        drafting.save_draft(
            by=request.actor,
            category_code=here.category.code,
            version=form.asked.version,
            typed=typed(request.POST, form.fields),
            draft=here.draft.public_id if here.draft else None,
            place=here.place,
            seq=here.seq,
            window=here.window,
        )
    )


def _address(here: Here) -> str:
    assert here.draft is not None
    return drafts.address(here.draft, here.place, here.category.code)


def _another(request: HttpRequest, here: Here, form: SubmitForm) -> HttpResponse:
    """On to the next matter, which has a category of its own."""
    assert here.draft is not None
    if len(here.draft.matters) >= MOST_MATTERS:
        form.add_error(None, _("一次最多提交 %(n)s 件事") % {"n": MOST_MATTERS})
        return _check(request, here, form, status=422)
    return redirect(f"{reverse('demands:submit')}?draft={here.draft.public_id}&place={len(here.draft.matters)}")


def _questions(request: HttpRequest, here: Here, form: SubmitForm, *, status: int = 200, **beside: Any) -> HttpResponse:
    here = replace(here, version=str(form.asked.version))
    context = {"category": here.category, "form": form, "step": 2, "here": here, "n": here.place + 1, **beside}
    return render(request, "demands/submit_questions.html", context, status=status)


def _conflict(request: HttpRequest, here: Here, error: SavedElsewhere) -> HttpResponse:
    """What was typed here, and beside it what another window saved; saving again keeps what stands here."""
    form = restored(here.form, request.POST)
    other = drafts.others_text(error.draft, here.place, form)
    return _questions(request, here.saved(error.draft), form, status=409, other=other, sentence=error.sentence)


def _gone(request: HttpRequest, category: Category, error: DomainError) -> HttpResponse:
    """The draft was sent or deleted meanwhile; what stands on this page is still there, as one matter by itself."""
    posted = request.POST.copy()
    posted[f"{kept.MARK}draft"], posted[f"{kept.MARK}place"] = "", "0"
    here = Here.of(posted, category, request.actor)
    form = restored(here.form, posted)
    form.add_error(None, _("这份草稿刚刚已提交或删除。请先到诉求列表核对，需要时再把本页内容提交一次。"))
    return _questions(request, here, form, status=error.status)


# --- step 3: look over, and send ---


def _check(request: HttpRequest, here: Here, form: SubmitForm, *, status: int = 200) -> HttpResponse:
    """Every answer as it will be read, each with a way back to its box; the other matters of the draft beside it."""
    posted = [(name, value) for name, values in request.POST.lists() if name in form.fields for value in values]
    here = replace(here, version=str(form.asked.version))
    contact = _contact(here, form)
    others = [
        {"n": place + 1, "category": other.category, "rows": _rows(other), "bad": not other.is_valid(), "url": url}
        for place, url, other in _others(here)
    ]
    named = [
        found for one in (form, *_forms_beside(here)) for found in naming.of_submission(one, contact, request.actor)
    ]
    context: dict[str, Any] = {
        "named": named,
        "unticked": bool(named) and status == 422,
        "category": here.category,
        "form": form,
        "rows": _rows(form),
        "posted": posted,
        "here": here,
        "n": here.place + 1,
        "others": others,
        "room": here.draft is not None and len(here.draft.matters) < MOST_MATTERS,
        "numbered": numbered_matters(form.cleaned_data.get("text") or ""),
        "files": SubmissionFiles(),
        "key": random_key(),
        "step": 3,
    }
    return render(request, "demands/submit_check.html", context, status=status)


def _others(here: Here) -> list[tuple[int, str, SubmitForm]]:
    """The other matters of the draft as (place, address, bound form), the categories in one statement."""
    if here.draft is None or len(here.draft.matters) < 2:
        return []
    matters = here.draft.matters
    known = Category.objects.in_bulk([matter["category"] for matter in matters])
    sets = question_sets.in_force(known.values())
    return [
        (
            place,
            drafts.address(here.draft, place, matter["category"]),
            SubmitForm(
                matter["fields"] | here.draft.data["contact"],
                category=known[matter["category"]],
                asked=sets[matter["category"]],
                contact=place == 0,
            ),
        )
        for place, matter in enumerate(matters)
        if place != here.place and matter["category"] in known
    ]


def _contact(here: Here, form: SubmitForm) -> dict[str, str]:
    """Whom to call and how far the firm shows itself: asked with the first matter, and the same for all of them."""
    if here.place == 0 or here.draft is None:
        return {name: form.inputs()[name] for name in drafting.CONTACT}
    kept_there = here.draft.data["contact"]
    found = {name: kept_there.get(name, "") for name in drafting.CONTACT}
    return found | {"identity": found["identity"] or Identity.OPEN}


def _forms_beside(here: Here) -> list[SubmitForm]:
    """The other matters of the draft as far as they can be read."""
    return [other for _place, _url, other in _others(here) if other.is_valid()]


def _rows(form: SubmitForm) -> list[dict[str, str]]:
    """Every question with its answer as it will be read."""
    form.is_valid()
    told = dict(answer_lines(form.asked.questions, form.answers()))
    rows = []
    for bound in form:
        label = str(bound.label)
        if bound.name == "identity":
            told[label] = str(Identity(form.cleaned_data.get("identity") or Identity.OPEN).label)
        shown = told.get(label) or form.cleaned_data.get(bound.name) or bound.value() or ""
        rows.append({"label": label, "text": str(shown) or _("未填写"), "target": _target(bound)})
    return rows


def _target(bound: Any) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label


def _sent(request: HttpRequest, category: Category) -> HttpResponse:
    """Every matter is a demand, or none is; a form that is sent twice leads to the same page twice."""
    try:
        return redirect(posted_once(request, lambda: _send(request, category)))
    except _Again as again:
        return again.page
    except SavedElsewhere as error:
        return _conflict(request, Here.of(request.POST, category, request.actor), error)
    except NotVisible as error:
        return _gone(request, category, error)


class _Again(Exception):
    """Nothing was sent: the page that says what to mend."""

    def __init__(self, page: HttpResponse) -> None:
        self.page = page


def _send(request: HttpRequest, category: Category) -> str:
    here = Here.of(request.POST, category, request.actor)
    form = here.form(request.POST)
    if not form.is_valid():
        raise _Again(_questions(request, here, form, status=422))
    if here.draft is not None:
        here = _kept(request, here)
    forms = {here.place: form} | {place: other for place, _url, other in _others(here)}
    if not all(other.is_valid() for other in forms.values()):
        form.add_error(None, _("还有一件事没有填完，请先修改"))
        raise _Again(_check(request, here, form, status=422))
    common = _contact(here, form) | {"named_knowingly": bool(request.POST.get("named_knowingly"))}
    matters = [forms[place].inputs() | common for place in sorted(forms)]
    try:
        cases = drafting.send(matters, by=request.actor, draft=here.draft)
    except Refused as error:
        if error.field == "named_knowingly":
            raise _Again(_check(request, here, form, status=422)) from None
        form.add_error(error.field if error.field in form.fields else None, str(error.sentence))
        raise _Again(_questions(request, here, form, status=422)) from None
    _attach(request, cases[sorted(forms).index(here.place)])
    return reverse("demands:submitted", args=[cases[0].public_id])


def _attach(request: HttpRequest, case: Case) -> None:
    """The photos and files chosen on the check page are with the matter of that page; a refused one is named.

    A file that cannot be taken does not hold the demand back: it is mended on the page of the demand.
    """
    chosen = SubmissionFiles(files=request.FILES)
    chosen.is_valid()
    refused = [str(sentence) for sentence in chosen.errors.get("uploads") or ()]
    if uploads := chosen.accepted:
        try:
            with transaction.atomic():
                moves.attach_files(case.pk, by=request.actor, uploads=uploads)
        except Refused as error:
            refused.append(str(error.sentence))
    for sentence in refused:
        messages.warning(request, _("%(sentence)s。诉求已经提交，可以在诉求页重新添加附件") % {"sentence": sentence})


# --- step 4 ---


def submitted(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Step 4: the number, who has it now, what comes next and by when; of every demand that was sent together."""
    case = find(public_id, request.actor)
    together = [case, *queries.sent_together(case, request.actor)]
    promises = [_promise(one, request.actor) for one in sorted(together, key=lambda one: one.pk)]
    return render(request, "demands/submitted.html", {"promises": promises, "case": case, "step": 4})


def receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same on one sheet to print."""
    case = find(public_id, request.actor)
    reading.note(case, request.actor, reading.Kind.PRINT)
    return render(request, "demands/receipt.html", _promise(case, request.actor))


def _promise(case: Case, actor: Actor) -> dict[str, Any]:
    return {
        "case": case,
        "badge": words.state_badge(case),
        "left": words.left(case, actor.now),
        "waiting": case.state == CaseState.SUBMITTED,
        "turn": words.turn(case, actor),
        "next_step": words.next_step(case),
        "told": question_sets.told(case),
        "wanted_label": question_sets.wanted_label(case),
        "paper": papers.receipt_button(case, actor),
    }
