"""问题集: what firms are asked for each category, for the system administrator: read, change, look over, adopt."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import question_sets
from cases.demands.forms import SubmitForm
from cases.demands.forms.question_sets import BecauseForm, QuestionForm, QuestionRows
from cases.demands.forms.restoring import restored
from cases.demands.models import Category, QuestionSet
from cases.demands.question_sets import MOST_QUESTIONS, Fault
from cases.demands.questions import Question, as_data
from foundation.errors import Changed, NotVisible, Refused
from foundation.keyset import keyset_page
from workflow.views.once import posted_once, random_key

PAGE = 20  # versions
MOST_CATEGORIES = 200


def overview(request: HttpRequest) -> HttpResponse:
    """Every category with the version that is asked and how many questions it has; two statements."""
    question_sets.for_administrators(request.actor)
    categories = list(Category.objects.order_by("sort", "code")[:MOST_CATEGORIES])
    sets = question_sets.in_force(categories)
    rows = [(category, sets[category.code], len(sets[category.code].data)) for category in categories]
    return render(request, "demands/question_sets.html", {"rows": rows})


def _category(code: str) -> Category:
    found = Category.objects.filter(pk=code).first()
    if found is None:
        raise NotVisible(_("没有这个类别"))
    return found


def show(request: HttpRequest, code: str) -> HttpResponse:
    """One version as the firm sees it, the newest unless another is named, and what it changed."""
    question_sets.for_administrators(request.actor)
    category, last = _category(code), question_sets.newest(code)
    shown = _version(code, request.GET.get("version", ""), last)
    before = question_sets.versions(code).filter(version__lt=shown.version).first()
    if before is None and shown.version > 1:
        before = question_sets.first(code)
    context = {
        "category": category,
        "set": shown,
        "last": last,
        "before": before,
        "differences": question_sets.differences(before, shown) if before else [],
        "form": SubmitForm(category=category, asked=shown, contact=False, auto_id="shown_%s"),
    }
    return render(request, "demands/question_set.html", context)


def _version(code: str, wanted: str, last: QuestionSet) -> QuestionSet:
    if not wanted or wanted == str(last.version):
        return last
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 5:
        found = question_sets.versions(code).filter(version=int(wanted)).first()
        if found is not None or wanted == "1":
            return found or question_sets.first(code)
    raise NotVisible(_("没有这一版问题集"))


def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every version, the newest first, each with what it changed in words."""
    question_sets.for_administrators(request.actor)
    category = _category(code)
    page = keyset_page(question_sets.versions(code), after=request.GET.get("after", ""), size=PAGE)
    older: list[QuestionSet | None] = [*page.rows[1:]]
    older.append(question_sets.versions(code).filter(version=page.rows[-1].version - 1).first() if page.next else None)
    if page.rows and not page.next and page.rows[-1].version > 1:
        older[-1] = question_sets.first(code)
    pairs = zip(page.rows, older, strict=False)
    rows = [(row, question_sets.differences(before, row) if before else []) for row, before in pairs]
    return render(
        request,
        "demands/question_versions.html",
        {"category": category, "rows": rows, "next": page.next, "first": page.first},
    )


def change(request: HttpRequest, code: str) -> HttpResponse:
    """A new version, made from the present one: rows to fill, then how the firm sees it, then it is adopted."""
    question_sets.for_administrators(request.actor)
    category = _category(code)
    if request.method != "POST":
        last = question_sets.newest(code)
        return _rows_page(request, category, last, QuestionRows.of(last.data).drawn(), BecauseForm())
    base = _base(code, request.POST.get("seen", ""))
    rows, because = QuestionRows.posted(request.POST), restored(BecauseForm, request.POST)
    step = request.POST.get("step", "preview")
    if step not in ("preview", "adopt", "edit"):
        at = rows.apply(step)
        return _rows_page(request, category, base, rows.drawn(), because, at=at)
    if step == "edit":
        return _rows_page(request, category, base, rows.drawn(), because)
    forms, because = rows.forms(), BecauseForm(request.POST)
    questions, faults = rows.judged(forms, base.questions)
    if not faults and as_data(questions) == base.data:
        faults = [Fault(None, "", _("与第 %(n)s 版没有不同") % {"n": base.version})]
    if not because.is_valid():
        faults.append(Fault(None, "", _("请写明为什么改")))
    if faults:
        return _rows_page(request, category, base, forms, because, faults=faults, status=422)
    if step == "preview":
        return _preview(request, category, base, questions, because)
    return _adopted(request, category, base, questions, because)


def _base(code: str, seen: str) -> QuestionSet:
    """The version the administrator started from; the newest when it cannot be told."""
    last = question_sets.newest(code)
    return _version(code, seen, last) if seen else last


def _adopted(
    request: HttpRequest, category: Category, base: QuestionSet, questions: list[Question], because: BecauseForm
) -> HttpResponse:
    """Once; who was slower sees what a colleague adopted, and everything typed is still there."""
    words = because.cleaned_data["because"]

    def do() -> str:
        question_sets.adopt(category, questions, because=words, seen=base.version, by=request.actor)
        return reverse("demands:question_set", args=[category.code])

    try:
        url = posted_once(request, do)
    except Refused as error:
        faults = [Fault(None, "", str(error.sentence))]
        forms = QuestionRows.posted(request.POST).drawn()
        return _rows_page(request, category, base, forms, because, faults=faults, status=422)
    except Changed as error:
        last = question_sets.newest(category.code)
        forms = QuestionRows.posted(request.POST).drawn()
        faults = [
            Fault(None, "", str(error.sentence)),
            *(Fault(None, "", words) for words in question_sets.differences(base, last)),
        ]
        return _rows_page(request, category, last, forms, because, faults=faults, status=409)
    messages.success(request, _("已启用，从现在起按这一版提问"))
    return redirect(url)


def _rows_page(
    request: HttpRequest,
    category: Category,
    base: QuestionSet,
    forms: list[QuestionForm],
    because: BecauseForm,
    *,
    at: int | None = None,
    faults: list[Fault] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "category": category,
        "base": base,
        "forms": forms,
        "because": because,
        "at": at,
        "faults": [
            {"sentence": fault.sentence, "target": "" if fault.row is None else f"q-{fault.row}", "row": fault.row}
            for fault in faults or []
        ],
        "room": len(forms) < MOST_QUESTIONS,
    }
    return render(request, "demands/question_rows.html", context, status=status)


def _preview(
    request: HttpRequest, category: Category, base: QuestionSet, questions: list[Question], because: BecauseForm
) -> HttpResponse:
    """As the firm will see it, with what is different, and the button that adopts it."""
    coming = QuestionSet(category_code=category.code, version=base.version + 1, data=as_data(questions))
    context = {
        "category": category,
        "base": base,
        "set": coming,
        "because": because.cleaned_data["because"],
        "differences": question_sets.differences(base, coming),
        "form": SubmitForm(category=category, asked=coming, contact=False, auto_id="shown_%s"),
        "posted": [
            (name, value)
            for name, value in request.POST.items()
            if name not in ("csrfmiddlewaretoken", "step", "idempotency_key")
        ],
        "key": random_key(),
    }
    return render(request, "demands/question_preview.html", context)
