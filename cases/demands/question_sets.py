"""The versions of question sets: which is asked, by which a case is shown, what a new one must be, how two differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.demands.models import Case, Category, QuestionSet
from cases.demands.questions import COMMON, Question, answer_lines, as_data, shipped
from cases.demands.rules import LONGEST_TEXT, LONGEST_TITLE, SHORTEST_TEXT
from foundation.errors import Changed, NotYours, Refused
from parties.roles import Role
from workflow.actor import Actor

MOST_QUESTIONS = 20  # of one set, the common ones among them
MOST_CHOICES = 20
LONGEST_LABEL = 60
LONGEST_HINT = 120
LONGEST_UNIT = 10
LONGEST_KEY = 40
LONGEST_ANSWER = {"text": 200, "long": LONGEST_TEXT, "number": 20, "date": 10, "choice": LONGEST_LABEL}
KINDS: dict[str, Any] = {
    "text": pgettext_lazy("问题种类", "一行文字"),
    "long": pgettext_lazy("问题种类", "大段文字"),
    "number": pgettext_lazy("问题种类", "数字"),
    "date": pgettext_lazy("问题种类", "日期"),
    "choice": pgettext_lazy("问题种类", "单选"),
}
# Columns of a case: what they hold cannot become a number or a date, and these two cannot go.
KIND_OF_COMMON = {question.key: question.kind for question in COMMON}
ALWAYS_ASKED = ("title", "text")
# Names of other boxes and buttons of the form.
TAKEN = frozenset({"contact_name", "contact_phone", "identity", "category", "answers", "step", "csrfmiddlewaretoken"})

_known: dict[tuple[str, int], tuple[Question, ...]] = {}


# --- which is asked, and by which a case is shown ---


def newest(category_code: str) -> QuestionSet:
    """The set that is asked now; one statement. A category nobody made a set for asks the common questions."""
    found = QuestionSet.objects.filter(category_code=category_code).order_by("-version").first()
    return found or first(category_code)


def first(category_code: str) -> QuestionSet:
    """Version 1 of a category without a row of its own."""
    return QuestionSet(category_code=category_code, version=1, data=as_data(shipped(category_code)))


def asked_with(category_code: str, version: object) -> QuestionSet:
    """The set a page was drawn with, while it is the newest or the one before it; otherwise the newest.

    Whoever sends while a new version is adopted loses no answer, and nobody goes on with an old one for long.
    """
    lately = list(versions(category_code)[:2]) or [first(category_code)]
    return next((one for one in lately if str(one.version) == str(version)), lately[0])


def in_force(categories: Iterable[Category]) -> dict[str, QuestionSet]:
    """The set of each of these categories, in one statement."""
    codes = [category.code for category in categories]
    latest = QuestionSet.objects.filter(category_code=OuterRef("category_code")).order_by("-version")
    rows = QuestionSet.objects.filter(category_code__in=codes, version=Subquery(latest.values("version")[:1]))
    found = {row.category_code: row for row in rows}
    return {code: found.get(code) or first(code) for code in codes}


def versions(category_code: str) -> QuerySet[QuestionSet]:
    """Every version of a category, the newest first."""
    return QuestionSet.objects.filter(category_code=category_code).order_by("-version")


def questions_of(category_code: str, version: int) -> tuple[Question, ...]:
    """The questions of this version; a version never changes, so a process reads it once."""
    named = (category_code, version)
    if named not in _known:
        row = QuestionSet.objects.filter(category_code=category_code, version=version).first()
        _known[named] = (row or first(category_code)).questions
    return _known[named]


def forget() -> None:
    """The process has read nothing."""
    _known.clear()


def asked(case: Case) -> tuple[Question, ...]:
    """The questions that the answers of a case answer, whatever is asked today."""
    code = case.questions_of or case.category_id
    return questions_of(code, case.questions_version) if code else ()


def told(case: Case) -> list[tuple[str, str]]:
    """The answers of a case as (label, text), as they were asked."""
    return answer_lines(asked(case), case.answers) if case.answers else []


def wanted_label(case: Case) -> str:
    """What the question about the wanted result was called."""
    return next((str(question.label) for question in asked(case) if question.key == "wanted"), _("希望结果"))


# --- a new version ---


@dataclass(frozen=True)
class Fault:
    """What is wrong with a set: in which row, 0 the first (None: the whole), in which field, and the sentence."""

    row: int | None
    field: str
    sentence: str


def for_administrators(actor: Actor) -> None:
    """Question sets are made by the system administrator. Raises NotYours."""
    if actor.role != Role.SYSTEM_ADMIN:
        raise NotYours(_("只有系统管理员可以修改问题集"))


def faults(questions: Sequence[Question]) -> list[Fault]:
    """Everything that keeps these questions from being asked; empty when they can be."""
    found: list[Fault] = []
    if len(questions) > MOST_QUESTIONS:
        found.append(Fault(None, "", _("一个类别最多 %(n)s 个问题") % {"n": MOST_QUESTIONS}))
    keys = [question.key for question in questions]
    for key in ALWAYS_ASKED:
        if key not in keys:
            label = next(question.label for question in COMMON if question.key == key)
            found.append(Fault(None, "", _("“%(label)s”不能删除，每件诉求都要有") % {"label": label}))
    for row, question in enumerate(questions):
        if question.key in keys[:row]:
            found.append(Fault(row, "label", _("与第 %(n)s 个问题的键重复") % {"n": keys.index(question.key) + 1}))
        found += [Fault(row, field, str(sentence)) for field, sentence in _faults_of(question)]
    labels = [str(question.label) for question in questions]
    found += [
        Fault(row, "label", _("与第 %(n)s 个问题的名称重复") % {"n": labels.index(label) + 1})
        for row, label in enumerate(labels)
        if label and label in labels[:row]
    ]
    return found


def _faults_of(question: Question) -> list[tuple[str, Any]]:
    """What is wrong with one question by itself, as (field, sentence)."""
    found: list[tuple[str, Any]] = []
    key = question.key
    if not (key.isascii() and key.replace("_", "a").isalnum() and key[:1].isalpha() and len(key) <= LONGEST_KEY):
        found.append(("label", _("键只能用英文字母、数字和下划线，最多 %(n)s 个字符") % {"n": LONGEST_KEY}))
    if key in TAKEN:
        found.append(("label", _("这个键另有用处，请换一个")))
    for field, text, most in (
        ("label", question.label, LONGEST_LABEL),
        ("hint", question.hint, LONGEST_HINT),
        ("unit", question.unit, LONGEST_UNIT),
    ):
        if len(str(text)) > most:
            found.append((field, _("内容太长，最多 %(n)s 个字") % {"n": most}))
    if not str(question.label).strip():
        found.append(("label", _("请写明问题")))
    if question.kind not in KINDS:
        return [*found, ("kind", _("没有这种问题"))]
    if key in KIND_OF_COMMON and question.kind != KIND_OF_COMMON[key]:
        found.append(("kind", _("这个问题只能是“%(kind)s”") % {"kind": KINDS[KIND_OF_COMMON[key]]}))
    if key in ALWAYS_ASKED and not question.required:
        found.append(("required", _("这个问题必须回答")))
    return found + _faults_of_choices(question) + _faults_of_lengths(question)


def _faults_of_choices(question: Question) -> list[tuple[str, Any]]:
    values, labels = ([str(choice[at]) for choice in question.choices] for at in (0, 1))
    if question.kind != "choice":
        return [("choices", _("只有单选题有选项"))] if values else []
    if len(values) < 2:
        return [("choices", _("单选题至少要有两个选项，一行一个"))]
    if len(values) > MOST_CHOICES:
        return [("choices", _("最多 %(n)s 个选项") % {"n": MOST_CHOICES})]
    if len(set(values)) < len(values) or len(set(labels)) < len(labels):
        return [("choices", _("选项不能重复"))]
    if any(not label or len(label) > LONGEST_LABEL for label in labels):
        return [("choices", _("每个选项要有名称，最多 %(n)s 个字") % {"n": LONGEST_LABEL})]
    return []


def _faults_of_lengths(question: Question) -> list[tuple[str, Any]]:
    most = LONGEST_TITLE if question.key == "title" else LONGEST_ANSWER[question.kind]
    least, longest = question.minimum_length, question.maximum_length
    if question.kind not in ("text", "long"):
        return [("minimum_length", _("只有文字题可以限定字数"))] if least or longest else []
    found: list[tuple[str, Any]] = []
    if longest > most:
        found.append(("maximum_length", _("最多不能超过 %(n)s 个字") % {"n": most}))
    if least > (longest or most):
        found.append(("minimum_length", _("最少字数不能多于最多字数")))
    if question.key == "title" and not longest:
        found.append(("maximum_length", _("请写最多字数，不超过 %(n)s") % {"n": LONGEST_TITLE}))
    if question.key == "text" and least < SHORTEST_TEXT:
        found.append(("minimum_length", _("最少不能少于 %(n)s 个字") % {"n": SHORTEST_TEXT}))
    return found


def adopt(category: Category, questions: Sequence[Question], *, because: str, seen: int, by: Actor) -> QuestionSet:
    """The questions are asked from now on, as the version after `seen`; what was asked before stays as it is.

    Raises NotYours, Refused when they cannot be asked or nothing is different, Changed when a colleague adopted a
    version meanwhile.
    """
    for_administrators(by)
    if found := faults(questions):
        raise Refused(found[0].field, found[0].sentence)
    if not because.strip():
        raise Refused("because", _("请写明为什么改"))
    last = newest(category.code)
    if last.version != seen:
        raise Changed(_outdone(last))
    data = as_data(questions)
    if data == last.data:
        raise Refused("", _("与第 %(n)s 版没有不同") % {"n": last.version})
    post = by.post
    assert post is not None
    adopted = QuestionSet(
        category_code=category.code,
        version=seen + 1,
        data=data,
        because=because.strip(),
        adopted_by_id=by.user_id,
        adopted_as=f"{post.organisation_name} · {post.role.label}",
        adopted_at=by.now,
    )
    try:
        with transaction.atomic():
            adopted.save()
    except IntegrityError:
        raise Changed(_outdone(newest(category.code))) from None
    return adopted


def _outdone(last: QuestionSet) -> str:
    return _("第 %(n)s 版刚刚由%(who)s启用。请在这一版上再改，您填写的内容还在。") % {
        "n": last.version,
        "who": last.adopted_as,
    }


# --- how two versions differ ---


def differences(before: QuestionSet, after: QuestionSet) -> list[str]:
    """What the later one asks otherwise, a sentence each; empty when nothing is."""
    old, new = ({question.key: question for question in one.questions} for one in (before, after))
    said = [_("删去“%(label)s”") % {"label": old[key].label} for key in old if key not in new]
    said += [_("新增“%(label)s”") % {"label": new[key].label} for key in new if key not in old]
    for key, question in new.items():
        if key in old:
            said += _differences_of(old[key], question)
    both = [key for key in old if key in new]
    if both != [key for key in new if key in old]:
        said.append(_("问题的顺序有变"))
    return said


def _differences_of(old: Question, new: Question) -> list[str]:
    said = []
    label = str(old.label)
    if str(new.label) != label:
        said.append(_("“%(label)s”改为“%(new)s”") % {"label": label, "new": new.label})
    if new.kind != old.kind:
        said.append(_("“%(label)s”的种类改为“%(kind)s”") % {"label": label, "kind": KINDS[new.kind]})
    if new.required != old.required:
        words = _("“%(label)s”改为必填") if new.required else _("“%(label)s”改为选填")
        said.append(words % {"label": label})
    for name, one, other in (
        (gettext_lazy("提示"), old.hint, new.hint),
        (gettext_lazy("单位"), old.unit, new.unit),
        (gettext_lazy("最少字数"), old.minimum_length or "", new.minimum_length or ""),
        (gettext_lazy("最多字数"), old.maximum_length or "", new.maximum_length or ""),
    ):
        if str(one) != str(other):
            said.append(
                _("“%(label)s”的%(what)s由“%(old)s”改为“%(new)s”")
                % {"label": label, "what": name, "old": one or _("无"), "new": other or _("无")}
            )
    return said + _differences_of_choices(label, old, new)


def _differences_of_choices(label: str, old: Question, new: Question) -> list[str]:
    before, after = ({value: (str(name), str(line)) for value, name, line in one.choices} for one in (old, new))
    said = [
        _("“%(label)s”删去选项“%(choice)s”") % {"label": label, "choice": before[value][0]}
        for value in before
        if value not in after
    ]
    said += [
        _("“%(label)s”新增选项“%(choice)s”") % {"label": label, "choice": after[value][0]}
        for value in after
        if value not in before
    ]
    said += [
        _("“%(label)s”的选项“%(choice)s”改为“%(new)s”")
        % {"label": label, "choice": " ".join(before[value]).strip(), "new": " ".join(after[value]).strip()}
        for value in after
        if value in before and after[value] != before[value]
    ]
    if [value for value in before if value in after] != [value for value in after if value in before]:
        said.append(_("“%(label)s”的选项顺序有变") % {"label": label})
    return said
