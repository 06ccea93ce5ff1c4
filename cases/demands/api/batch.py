"""One action on many demands through the API: the same batch as the pages run, with a result for each row."""

import hashlib
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.demands import batch, queries
from cases.demands.models import BatchRun, Case, Verdict
from foundation.errors import Refused
from foundation.identifiers import random_id
from workflow.actor import Actor
from workflow.api_inputs import field_errors, plain_inputs
from workflow.api_shapes import ERRORS
from workflow.api_view import ActorView


class PickedRow(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seen = serializers.IntegerField(help_text="as the list or the demand gave it")


class BatchInput(serializers.Serializer[Any]):
    """What is done on which demands; `inputs` are those of the move, without what each demand gives itself."""

    action = serializers.ChoiceField(choices=[(action, action) for action in batch.BATCH])
    rows = PickedRow(many=True, help_text=f"at most {batch.MOST}")
    inputs = serializers.DictField(required=False)


class RowResult(serializers.Serializer[Any]):
    """`code` and `detail` are those of the refusal that the single move would have met; null when it was done."""

    id = serializers.UUIDField()
    verdict = serializers.ChoiceField(choices=[(verdict.value, verdict.value) for verdict in Verdict])
    code = serializers.CharField(allow_null=True)
    detail = serializers.CharField(allow_null=True)


class BatchResult(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    changed = serializers.IntegerField()
    results = RowResult(many=True)


class BatchView(ActorView):
    """A batch: every row by itself, none undone because of another; 200 whatever came of the rows."""

    @extend_schema(
        operation_id="cases_batch",
        parameters=[OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)],
        request=BatchInput,
        responses={200: BatchResult, **ERRORS},
    )
    def post(self, request: Request) -> Response:
        body = request._request.body
        data, actor = request.data, self.actor
        if not isinstance(data, dict):
            raise Refused("", _("请求内容应是一个 JSON 对象"))
        if unknown := set(data) - {"action", "rows", "inputs"}:
            raise Refused(str(min(unknown))[:60], _("没有这一项"))
        action = data.get("action")
        batch.spec_of(action if isinstance(action, str) else "", actor)
        rows = _rows(data.get("rows"))
        batch.check_number(len(rows))
        run = batch.run_batch(
            rows,
            by=actor,
            action=cast("str", action),
            inputs=_inputs(cast("str", action), rows, data.get("inputs") or {}, actor),
            key=request.headers.get("Idempotency-Key", "") or random_id().hex,
            digest=hashlib.sha256(b"api:" + body).hexdigest(),
        )
        return Response(_result(run, actor))


def _rows(sent: Any) -> list[batch.Row]:
    """Each demand once, in the order in which it came. Raises Refused for anything that is no row."""
    if not isinstance(sent, list):
        raise Refused("rows", _("这一项应是由 JSON 对象组成的列表"))
    batch.check_number(len(sent))
    rows: dict[UUID, int] = {}
    for row in sent:
        seen = row.get("seen") if isinstance(row, dict) else None
        if isinstance(seen, bool) or not isinstance(seen, int) or not 0 <= seen < 2**31:
            raise Refused("rows", _("每一行要有 id 和 seen"))
        try:
            rows.setdefault(UUID(str(row.get("id"))), seen)
        except ValueError as error:
            raise Refused("rows", _("每一行要有 id 和 seen")) from error
    return list(rows.items())


def _inputs(action: str, rows: list[batch.Row], sent: Any, actor: Actor) -> dict[str, Any]:
    """The inputs, checked once by the form of the move; when no row is for this actor there is nothing to check."""
    seen = Case.objects.visible_to(actor).filter(public_id__in=[public_id for public_id, _seen in rows])
    cases = list(queries.with_names(seen))
    foreseen = batch.foreseen(action, cases, dict(rows), actor)
    sample = next((case for case in cases if case.pk not in foreseen), next(iter(cases), None))
    if sample is None:
        return {}
    fields = batch.form_for(action, None, case=sample, actor=actor).fields
    form = batch.form_for(action, plain_inputs(sent, fields), case=sample, actor=actor)
    if not form.is_valid():
        raise field_errors(form)
    return form.cleaned_data


def _result(run: BatchRun, actor: Actor) -> dict[str, Any]:
    rows = batch.told(list(run.rows.all()), actor)
    numbers = {verdict: sum(row.verdict == verdict for row in rows) for verdict in Verdict}
    return {
        "done": numbers[Verdict.DONE],
        "refused": numbers[Verdict.REFUSED],
        "changed": numbers[Verdict.CHANGED],
        "results": [
            {
                "id": str(row.named),
                "verdict": row.verdict,
                "code": row.code or None,
                "detail": row.sentence or None,
            }
            for row in rows
        ],
    }
