"""The same work by hand-written SQL through psycopg, on the product's own tables: no framework, no rights, no pages.

It writes what the product writes for a submission and an acknowledgement, with hashes that are as long as real ones.
"""

import itertools
import os
import secrets
import uuid
from typing import Any

import psycopg

from bench.worker import Contender

QUEUE = """
select c.id, c.public_id, c.number, c.state, c.title, c.klass, c.urgent, c.turn_role, c.next_clock, c.next_due_at,
       c.next_since, c.next_days, e.name, g.name, d.name, l.name
  from demands_case c
  join parties_organisation e on e.id = c.enterprise_id
  join parties_district d on d.code = c.district_id
  left join demands_category g on g.code = c.category_id
  left join parties_organisation l on l.id = c.lead_id
 where c.lead_id = %s and c.turn_org_id is not null
 order by c.next_due_at, c.id limit 51
"""
CASE = """
select c.*, e.name, g.name, d.name, l.name, o.name, h.name, i.matter, i.legal_basis
  from demands_case c
  join parties_organisation e on e.id = c.enterprise_id
  join parties_district d on d.code = c.district_id
  join parties_organisation o on o.id = c.office_id
  left join demands_category g on g.code = c.category_id
  left join parties_organisation l on l.id = c.lead_id
  left join parties_user h on h.id = c.handler_id
  left join demands_dutyitem i on i.id = c.duty_item_id
 where c.public_id = %s
"""
HISTORY = """
select v.seq, v.at, v.action, v.actor, b.text from workflow_event v join workflow_eventbody b on b.event_id = v.id
 where v.subject_kind = 'case' and v.subject_id = %s order by v.seq desc
"""
CLOCKS = "select * from workflow_clock where subject_kind = 'case' and subject_id = %s"
STEPS = "select * from demands_planstep where case_id = %s order by position"
RESULTS = "select * from demands_result where case_id = %s order by id desc limit 1"
TAKE = (
    "select id, head_seq, head_hash, lead_id from demands_case where public_id = %s and state = 'DISPATCHED' for update"
)


class Sql(Contender):
    """One connection, one statement after the other."""

    def __init__(self) -> None:
        self.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)

    def cursor(self) -> Any:
        return self.connection.cursor()

    def prepare(self, plan: dict[str, Any]) -> dict[str, Any]:
        self.handler_id = plan["handler_user"]
        six, sixty, self.waiting = itertools.cycle(plan["six"]), itertools.cycle(plan["sixty"]), iter(plan["waiting"])
        lead = plan["lead"]
        with self.connection.cursor() as cursor:
            (submitted,) = cursor.execute("select id from demands_case where state = 'SUBMITTED' limit 1").fetchone()
            (taken,) = cursor.execute(
                "select subject_id from workflow_event where action = 'acknowledge' order by id limit 1"
            ).fetchone()
        self.new_case = self._template("demands_case", "id = %s", [submitted])
        event = "subject_kind = 'case' and subject_id = %s and action = %s"
        self.submit_event = self._template("workflow_event", event, [submitted, "submit"])
        self.take_event = self._template("workflow_event", event, [taken, "acknowledge"])
        clock = "subject_kind = 'case' and subject_id = %s and kind = %s"
        self.accept_clock = self._template("workflow_clock", clock, [submitted, "ACCEPT"])
        self.plan_clock = self._template("workflow_clock", clock, [submitted, "ACCEPT"]) | {"kind": "PLAN"}
        self.operations = {
            "queue": lambda: self._read(QUEUE, lead),
            "case6": lambda: self._case(next(six)),
            "case60": lambda: self._case(next(sixty)),
            "submit": self._submit,
            "move": self._move,
        }
        return {}

    def _template(self, table: str, where: str, values: list[Any]) -> dict[str, Any]:
        """The columns of a row there is, to write others like it."""
        with self.connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
            row = cursor.execute(f"select * from {table} where {where} limit 1", values).fetchone()
        assert row is not None
        del row["id"]
        return {k: psycopg.types.json.Jsonb(v) if isinstance(v, dict | list) else v for k, v in row.items()}

    def _read(self, statement: str, *values: Any) -> list[Any]:
        with self.connection.cursor() as cursor:
            return cursor.execute(statement, values).fetchall()

    def _case(self, public_id: str) -> None:
        with self.connection.cursor() as cursor:
            case = cursor.execute(CASE, [public_id]).fetchone()
            for statement in (HISTORY, CLOCKS, STEPS, RESULTS):
                cursor.execute(statement, [case[0]]).fetchall()

    @staticmethod
    def _insert(cursor: Any, table: str, row: dict[str, Any], *, key: str = "id") -> int:
        holes = ", ".join(["%s"] * len(row))
        cursor.execute(f"insert into {table} ({', '.join(row)}) values ({holes}) returning {key}", list(row.values()))
        return cursor.fetchone()[0]

    def _event(self, cursor: Any, like: dict[str, Any], case: int, seq: int, prev: str) -> str:
        digest = secrets.token_hex(32)
        event = self._insert(
            cursor, "workflow_event", like | {"subject_id": case, "seq": seq, "prev": prev, "digest": digest}
        )
        self._insert(cursor, "workflow_eventbody", {"event_id": event, "text": "{}" * 60}, key="event_id")
        return digest

    def _submit(self) -> None:
        own = {"public_id": uuid.uuid4(), "number": secrets.token_hex(9), "head_seq": 1}
        with self.connection.transaction(), self.connection.cursor() as cursor:
            case = self._insert(cursor, "demands_case", self.new_case | own)
            self._insert(cursor, "workflow_clock", self.accept_clock | {"subject_id": case, "stopped_at": None})
            digest = self._event(cursor, self.submit_event, case, 1, "")
            cursor.execute("update demands_case set head_hash = %s, head_at = now() where id = %s", [digest, case])

    def _move(self) -> None:
        public_id, _seen = next(self.waiting)
        with self.connection.transaction(), self.connection.cursor() as cursor:
            case, seq, head, lead = cursor.execute(TAKE, [public_id]).fetchone()
            cursor.execute(
                "update workflow_clock set stopped_at = now() where subject_kind = 'case' and subject_id = %s"
                " and kind = 'ACKNOWLEDGE' and stopped_at is null",
                [case],
            )
            self._insert(cursor, "workflow_clock", self.plan_clock | {"subject_id": case, "stopped_at": None})
            digest = self._event(cursor, self.take_event, case, seq + 1, head)
            cursor.execute(
                "update demands_case set state = 'IN_PROGRESS', handler_id = %s, acknowledged_at = now(),"
                " turn_org_id = %s, turn_role = 'HANDLER', next_clock = 'FIRST_CONTACT',"
                " next_due_at = now() + interval '1 day', next_since = now(), head_seq = %s, head_hash = %s,"
                " head_at = now() where id = %s",
                [self.handler_id, lead, seq + 1, digest, case],
            )
