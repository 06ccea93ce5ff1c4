"""The page on which a result is signed: the result, its vague words, what the system has checked, both buttons."""

import re
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.demands import queries, rules
from cases.demands.enums import CaseState, Klass
from cases.demands.forms import MoveForm, ReturnForm, SignForm
from cases.demands.models import Case
from workflow.actor import Actor
from workflow.clocks import ClockKind
from workflow.time_left import date_text

ACTIONS = ("sign_off", "return_result")
MOST = 200  # results under review that a signer steps through
VAGUE = re.compile("|".join(map(re.escape, rules.VAGUE_WORDS)))


def chosen(action: str, posted: QueryDict) -> tuple[str, QueryDict]:
    """Both buttons stand under one box: 退回 takes what is in it as the reason."""
    if action != "sign_off" or posted.get("verdict") != "return":
        return action, posted
    data = posted.copy()
    data["reason"] = posted.get("note", "")
    return "return_result", data


def one_box(form: MoveForm, case: Case, actor: Actor) -> MoveForm:
    """The form as the page draws it: whichever button was pressed, the words are back in the one box."""
    if not isinstance(form, ReturnForm):
        return form
    box = SignForm({"note": form.data.get("reason", "")} if form.is_bound else None, case=case, actor=actor)
    if box.is_valid():
        for name, sentences in form.errors.items():
            for sentence in sentences:
                box.add_error("note" if name == "reason" else None, sentence)
    return box


def page(case: Case, actor: Actor) -> dict[str, Any]:
    """What the signer needs beside the form."""
    waiting = _waiting(actor)
    result = case.results.select_related("submitted_by").order_by("-id").first()
    vague = rules.vague_words(result.text) if result else []
    return {
        "result": result,
        "paragraphs": marked(result.text) if result else [],
        "vague": len(vague),
        "checks": _checks(case, actor),
        "place": waiting.index(case.public_id) + 1 if case.public_id in waiting else 0,
        "waiting": len(waiting),
    }


def next_address(actor: Actor) -> str:
    """The next result that waits for this signature; the home page when none does."""
    waiting = _waiting(actor)
    return reverse("demands:act", args=[waiting[0], "sign_off"]) if waiting else reverse("home")


def _waiting(actor: Actor) -> list[Any]:
    under_review = queries.todo(actor).filter(state=CaseState.RESULT_REVIEW)
    return list(under_review.order_by("next_due_at", "id").values_list("public_id", flat=True)[:MOST])


def marked(text: str) -> list[list[tuple[str, str]]]:
    """The paragraphs of a text as runs (words, mark): a vague word carries ①, ②, …; other words carry ""."""
    number, paragraphs = 0, []
    for paragraph in filter(None, (part.strip() for part in text.splitlines())):
        runs, end = [], 0
        for hit in VAGUE.finditer(paragraph):
            number += 1
            runs += [(paragraph[end : hit.start()], ""), (hit.group(), _circled(number))]
            end = hit.end()
        paragraphs.append([run for run in [*runs, (paragraph[end:], "")] if run[0]])
    return paragraphs


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


def _checks(case: Case, actor: Actor) -> list[tuple[bool, str]]:
    """What the system can vouch for, as (all well, sentence)."""
    clocks = {row.kind: row.state for row in reversed(queries.clocks(case))}
    checks = []
    if (contact := clocks.get(ClockKind.FIRST_CONTACT)) and contact.stopped_at:
        words = {"when": date_text(contact.stopped_at, actor.now), "limit": contact.limit.text()}
        well = bool(contact.in_time)
        checks.append(
            (well, (_("首联按时：%(when)s，限 %(limit)s") if well else _("首联超期：%(when)s，限 %(limit)s")) % words)
        )
    if case.klass != Klass.INQUIRY:
        steps = case.plan_steps.count()
        checks.append((steps > 0, _("方案 %(n)s 步，已登记") % {"n": steps} if steps else _("没有登记方案")))
    different = case.handler_id not in actor.persons
    checks.append((different, _("承办人与审签人不是同一人") if different else _("承办人与审签人是同一人")))
    if (resolve := clocks.get(ClockKind.RESOLVE)) and resolve.held_at:
        words = {"when": date_text(resolve.held_at, actor.now), "due": date_text(resolve.due_at, actor.now)}
        well = resolve.held_at <= resolve.due_at
        checks.append(
            (
                well,
                (_("结果按时提交：%(when)s，限 %(due)s") if well else _("结果超期提交：%(when)s，限 %(due)s")) % words,
            )
        )
    return checks
