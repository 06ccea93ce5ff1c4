"""One action on many demands: each row in its own transaction, through the move's own function (decision 0019)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from cases.demands import moves, queries
from cases.demands.enums import OPEN_STATES
from cases.demands.forms import FORMS, DisclosingForm, MoveForm
from cases.demands.identity import knows_firm
from cases.demands.models import BatchRow, BatchRun, Case, Verdict
from cases.demands.naming import places_named, sentence
from cases.demands.queries import last_seen
from foundation.errors import Changed, DomainError, KeyReused, NotVisible, Refused
from foundation.idempotency import LONGEST_KEY
from workflow.actor import Actor
from workflow.door import refusal
from workflow.specs import Spec, specs

MOST = 200  # rows of one batch
KEPT = timedelta(days=30)  # then a batch is forgotten when its owner runs another

Row = tuple[UUID, int]  # a demand, and the chain sequence the reader saw


def _nothing(case: Case) -> dict[str, Any]:
    return {}


def _its_category(case: Case) -> dict[str, Any]:
    if case.category is None:
        raise Refused("category", _("还没有类别，请单独受理"))
    return {"category": case.category}


@dataclass(frozen=True)
class Batched:
    """How a move is made on many: `leave_out` are fields that are not asked once for all, `own` what a row gives."""

    leave_out: tuple[str, ...] = ()
    own: Callable[[Case], dict[str, Any]] = _nothing
    looks_at_duplicates: bool = False


# The actions that are offered in batch, in the order of their buttons; a new one is a line here.
BATCH: dict[str, Batched] = {
    "accept": Batched(("category", "duty_item", "duplicates_seen"), _its_category, looks_at_duplicates=True),
    "dispatch": Batched(),
    "acknowledge": Batched(),
    "name_handler": Batched(),
    "note_internal": Batched(),
}


def actions_for(actor: Actor) -> list[Spec]:
    """The actions that somebody in this role is offered in batch."""
    return [specs(Case)[action] for action in BATCH if actor.role in specs(Case)[action].permission.roles]


def spec_of(action: str, actor: Actor) -> Spec:
    """The action, when it is offered to this actor. Raises Refused."""
    found = next((spec for spec in actions_for(actor) if spec.action == action), None)
    if found is None:
        raise Refused("action", _("请选择可以批量办理的操作"))
    return found


def check_number(number: int) -> None:
    """Raises Refused for no rows, and for more than one batch takes."""
    if number == 0:
        raise Refused("rows", _("没有选择诉求，请先勾选"))
    if number > MOST:
        raise Refused("rows", _("一次最多批量办理 %(n)s 件，请缩小筛选或分次勾选") % {"n": MOST})


def form_for(action: str, data: Any, *, case: Case, actor: Actor) -> MoveForm:
    """The inputs that are given once for all rows; choices are those of `case`, any row that can be done."""
    form = FORMS[action](data, case=case, actor=actor)
    for name in BATCH[action].leave_out:
        form.fields.pop(name, None)
    return form


def foreseen(action: str, cases: Collection[Case], seen: Mapping[UUID, int], actor: Actor) -> dict[int, Any]:
    """Key of the case → the sentence that would refuse it now; what can be done is left out. At most two statements.

    What is kept from the actor's role has not happened for this forecast either.

    A promise it is not: the inputs are checked row by row, and a case may move meanwhile.
    """
    spec, batched = specs(Case)[action], BATCH[action]
    found: dict[int, Any] = {}
    older = [case.pk for case in cases if not spec.appends and seen.get(case.public_id, case.head_seq) < case.head_seq]
    last = last_seen(older, actor) if older else {}
    for case in cases:
        error = refusal(case, action, actor)
        if error is not None:
            found[case.pk] = error.sentence
        elif last.get(case.pk, 0) > seen.get(case.public_id, case.head_seq):
            found[case.pk] = _("您打开列表之后，本件有了变动")
        else:
            try:
                batched.own(case)
            except Refused as refused:
                found[case.pk] = refused.sentence
    if batched.looks_at_duplicates:
        able = [case for case in cases if case.pk not in found]
        others = _others(able, actor)
        for case in able:
            if others.get(case.enterprise_id, 1) > 1:
                found[case.pk] = _("该企业还有别的在办诉求，请单独受理并核对是否重复")
    return found


def _others(cases: Iterable[Case], by: Actor) -> dict[int | None, int]:
    """Firm → how many open demands of it this actor may open, the picked ones among them."""
    firms = {case.enterprise_id for case in cases}
    if not firms:
        return {}
    seen = Case.objects.visible_to(by).filter(enterprise_id__in=firms, state__in=OPEN_STATES)
    rows = seen.order_by().values("enterprise_id")
    return dict(rows.annotate(n=Count("pk")).values_list("enterprise_id", "n"))


def run_batch(
    rows: Sequence[Row], *, by: Actor, action: str, inputs: Mapping[str, Any], key: str, digest: str
) -> BatchRun:
    """The action has been tried on every row, each in its own transaction, and the run says what came of each.

    The same key gives the same run and does nothing twice: a row's verdict is written in the transaction of its move.
    A run that was interrupted goes on with the rows that still wait. Raises KeyReused for a key with another body.
    """
    spec_of(action, by)
    check_number(len(rows))
    if not key or len(key) > LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Refused("", _("缺少幂等键，或者它太长：请刷新页面再试"))
    run = _begun(rows, by=by, action=action, key=key, digest=digest)
    for pk in run.rows.filter(verdict=Verdict.WAITING).values_list("pk", flat=True):
        _carry_out(pk, action, inputs, by)
    return run


def _begun(rows: Sequence[Row], *, by: Actor, action: str, key: str, digest: str) -> BatchRun:
    mine = BatchRun.objects.filter(owner_id=by.user_id, key=key)
    try:
        with transaction.atomic():
            if (run := mine.first()) is None:
                BatchRun.objects.filter(owner_id=by.user_id, created_at__lt=by.now - KEPT).delete()
                run = BatchRun.objects.create(
                    owner_id=by.user_id,
                    organisation_id=by.organisation_id,
                    key=key,
                    body_sha256=digest,
                    action=action,
                    created_at=by.now,
                )
                _write_rows(run, rows, by)
    except IntegrityError:  # the same form at the same moment
        run = mine.get()
    if run.body_sha256 != digest or run.organisation_id != by.organisation_id:
        raise KeyReused(_("这个 Idempotency-Key 已经用于另一项内容，请换一个"))
    return run


def _write_rows(run: BatchRun, rows: Sequence[Row], by: Actor) -> None:
    known = dict(
        Case.objects.visible_to(by)
        .filter(public_id__in=[public_id for public_id, _seen in rows])
        .values_list("public_id", "pk")
    )
    hidden = NotVisible(_("没有找到，或者您不能查看"))
    BatchRow.objects.bulk_create(
        BatchRow(
            run=run,
            position=n,
            named=public_id,
            seen=seen,
            case_id=known.get(public_id),
            **({} if public_id in known else _as_verdict(hidden)),
        )
        for n, (public_id, seen) in enumerate(rows, start=1)
    )


def told(rows: Sequence[BatchRow], by: Actor) -> Sequence[BatchRow]:
    """The rows of a run as this actor may read them now: of a demand that they no longer see no sentence is left."""
    keys = [row.case_id for row in rows if row.case_id and row.sentence]
    if keys:
        seen = set(Case.objects.visible_to(by).filter(pk__in=keys).values_list("pk", flat=True))
        hidden = _as_verdict(NotVisible(_("没有找到，或者您不能查看")))
        for row in rows:
            if row.case_id and row.sentence and row.case_id not in seen:
                row.verdict, row.code, row.sentence = hidden["verdict"], hidden["code"], hidden["sentence"]
    return rows


def _as_verdict(error: DomainError) -> dict[str, str]:
    verdict = Verdict.CHANGED if isinstance(error, Changed) else Verdict.REFUSED
    return {"verdict": verdict, "code": error.code, "sentence": str(error.sentence)[:500]}


def _check_names(case: Case, action: str, inputs: Mapping[str, Any], by: Actor) -> None:
    """Words given once for all rows do not name the firm of one that hides: nobody has said that they mean to.

    Raises Refused. No statement unless the firm hides.
    """
    form_class = FORMS[action]
    if not issubclass(form_class, DisclosingForm) or not case.hides_firm or not knows_firm(case, by):
        return
    texts = {name: str(inputs.get(name) or "") for name in form_class.free_text}
    if places := places_named(texts, queries.names_of(case)):
        words = _("里面能看出是哪家企业：%(what)s。请单独办理这一件") % {"what": sentence(places)}
        raise Refused(places[0].field, words)


def _carry_out(pk: int, action: str, inputs: Mapping[str, Any], by: Actor) -> None:
    """One row: move and verdict in one transaction; a refusal undoes the move alone."""
    with transaction.atomic():
        row = BatchRow.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.verdict != Verdict.WAITING or row.case_id is None:
            return
        try:
            with transaction.atomic():
                case = Case.objects.visible_to(by).select_related("category").filter(pk=row.case_id).first()
                if case is None:
                    raise NotVisible(_("没有找到，或者您不能查看"))
                _check_names(case, action, inputs, by)
                run = getattr(moves, specs(Case)[action].run)
                run(case.pk, by=by, seen=row.seen, **{**inputs, **BATCH[action].own(case)})
            row.verdict = Verdict.DONE
        except DomainError as error:
            for name, value in _as_verdict(error).items():
                setattr(row, name, value)
        row.save(update_fields=["verdict", "code", "sentence"])
