"""The pages of meetings as they are served, each for the reader who has most to see on it, and their plans."""

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.utils import timezone

from bench.django_side import FRAME
from bench.export import take_out
from bench.product import Product  # sets Django up
from dialogue.symposia import queries
from dialogue.symposia.enums import MeetingKind
from dialogue.symposia.models import Meeting
from foundation import keyset
from parties.models import Membership, Office

LIST, ITEMS = "/symposia/", "/symposia/items/"
# Who opens what: the desk of the city's leaders (three meetings of ten are its own), a leader, the desk of a banner, a
# department (one meeting of eight), a firm (one of eighty).
PAGES = {
    "list, desk": ("desk", LIST),
    "list, department": ("liaison", LIST),
    "list, firm": ("firm", LIST),
    "list, banner": ("platform", LIST),
    "list, deep": ("desk", LIST + "?after={deep}"),
    "list, deep, firm": ("firm", LIST + "?after={deep_firm}"),
    "list, kind": ("desk", LIST + "?kind=JOINT"),
    "list, state": ("desk", LIST + "?state=COMMENTING"),
    "list, state, department": ("liaison", LIST + "?state=COMMENTING"),
    "list, office": ("desk", LIST + "?office={office}"),
    "list, month": ("desk", LIST + "?month={month}"),
    "list, word": ("desk", LIST + "?q=用电"),
    "list, rare word": ("desk", LIST + "?q=第8次"),
    "list, word, firm": ("firm", LIST + "?q=用电"),
    "calendar, desk": ("desk", LIST + "calendar/?month={month}"),
    "calendar, department": ("liaison", LIST + "calendar/?month={month}"),
    "cadence": ("leader", LIST + "cadence/?year={year}"),
    "items, desk": ("desk", ITEMS),
    "items, department": ("liaison", ITEMS),
    "items, firm": ("firm", ITEMS),
    "items, deep": ("desk", ITEMS + "?after={deep_item}"),
    "items, open": ("desk", ITEMS + "?standing=OPEN"),
    "items, open, firm": ("firm", ITEMS + "?standing=OPEN"),
    "items, unsolved": ("desk", ITEMS + "?standing=UNSOLVED"),
    "items, corrected": ("desk", ITEMS + "?standing=CORRECTED"),
    "items, own": ("desk", ITEMS + "?mine=1"),
    "items, own, department": ("liaison", ITEMS + "?mine=1"),
    "item": ("desk", ITEMS + "{item}/"),
    "large meeting to come": ("desk", LIST + "{NOTIFIED}/"),
    "large meeting, minutes written": ("desk", LIST + "{DRAFTING}/"),
    "large meeting, issued": ("desk", LIST + "{ISSUED}/"),
    "editor of 60 topics": ("desk", LIST + "{DRAFTING}/draft/"),
    "attendance of 300": ("desk", LIST + "{NOTIFIED}/attendance/"),
    "home, desk": ("desk", "/"),
    "home, department": ("liaison", "/"),
    "home, firm": ("firm", "/"),
    "box 已办": ("desk", "/box/done/"),
    "search, desk": ("desk", "/search/?q=用电"),
    "search, rare word": ("desk", "/search/?q=第8次"),
    "search, department": ("liaison", "/search/?q=用电"),
    "search, firm": ("firm", "/search/?q=用电"),
    "API, meetings": ("liaison", "/api/v1/meetings/"),
    "API, items": ("liaison", "/api/v1/action-items/"),
}
BIG = 5_000  # rows; a table below it may be read whole


class Pages(Product):
    """The contender of `bench.symposia`."""

    def prepare(self, plan: dict[str, Any]) -> dict[str, Any]:
        readers = {name: self._browser(plan[name]) for name in ("desk", "leader", "platform", "liaison", "firm")}
        now = timezone.localtime()
        known = {
            **plan["meetings"],
            "item": plan["item"],
            "office": plan["office"],
            "month": f"{now - timedelta(days=20):%Y-%m}",
            "year": now.year,
            "deep": self._cursor(Meeting.objects.filter(office__public_id=plan["office"])),
            "deep_firm": self._cursor(self._of_firm(plan["firm"])),
            "deep_item": keyset._write(queries.open_items().model.objects.order_by("id")[100], ("-id",)),
        }
        self.operations = {
            name: self._get(readers[reader], address.format(**known)) for name, (reader, address) in PAGES.items()
        }
        office = Office.objects.get(public_id=plan["office"])
        self.operations["agenda: what was left"] = lambda: list(queries.unfinished(office.pk, MeetingKind.SYMPOSIUM))
        self.operations["tick: what to close"] = lambda: list(queries.to_close(timezone.now()))
        return {"operations": list(self.operations)}

    @staticmethod
    def _of_firm(membership: int) -> Any:
        firm = Membership.objects.get(pk=membership).organisation_id
        return Meeting.objects.filter(participants__organisation=firm)

    @staticmethod
    def _cursor(meetings: Any) -> str:
        """Of the page that is a hundred rows before the oldest."""
        return keyset._write(
            meetings.order_by("starts_at", "id")[min(100, meetings.count() - 1)], ("-starts_at", "-id")
        )

    def _get(self, reader: Any, address: str) -> Any:
        whole = quote(address, safe="/?&=")
        return lambda: self._ok(reader.get(whole))

    def take_out(self, *, membership: int, lists: dict[str, str]) -> dict[str, Any]:
        """Each of these lists, whole, by a worker."""
        clerk = Membership.objects.get(pk=membership)
        return {name: take_out(clerk, name=name, query=query, kind="xlsx") for name, query in lists.items()}

    def statements(self, name: str) -> dict[str, Any]:
        """The statements of one operation, what each reads, and what the house forbids in any."""
        seen: list[tuple[str, Any]] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = self.operations[name]()
        counted = [(sql, params) for sql, params in seen if not FRAME.search(sql)]
        return {
            "count": len(counted),
            "bytes": len(answer[2]) if isinstance(answer, tuple) else 0,
            "plans": [self._plan(sql, params) for sql, params in counted if sql.startswith(("SELECT", "(SELECT"))],
        }

    def _plan(self, sql: str, params: Any) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            [(found,)] = cursor.fetchall()
            if isinstance(found, str):
                found = json.loads(found)
        nodes = list(_nodes(found[0]["Plan"]))
        read = {
            node["Relation Name"]: (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
            for node in nodes
            if node["Node Type"] == "Seq Scan"
        }
        whole = {name for name, rows in read.items() if _rows(name) > BIG and rows > _rows(name) / 2}
        unbound = re.sub(r"\(SELECT COUNT\(\*\) FROM \(.*? LIMIT \d+\) AS counted\)", "", sql, flags=re.DOTALL)
        return {
            "sql": sql[:6000],
            "planning": found[0]["Planning Time"],
            "ms": found[0]["Execution Time"],
            "blocks": found[0]["Plan"]["Shared Hit Blocks"] + found[0]["Plan"]["Shared Read Blocks"],
            "most": max(
                int(node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * int(node["Actual Loops"])
                for node in nodes
            ),
            "whole": sorted(whole),
            "offset": " OFFSET " in sql,
            "counts": "COUNT(" in unbound,
        }


def _nodes(node: dict[str, Any]) -> Any:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


_known: dict[str, int] = {}


def _rows(table: str) -> int:
    if table not in _known:
        with connection.cursor() as cursor:
            cursor.execute("select reltuples from pg_class where oid = %s::regclass", [table])
            _known[table] = int(cursor.fetchone()[0])
    return _known[table]
