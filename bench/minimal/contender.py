"""The minimal page as a contender; it makes its own rows, as many as the product has."""

import itertools
import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.minimal.settings"

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from django.contrib.auth.models import User
from django.db import connection

from bench.browser import Browser
from bench.django_side import session_of, with_statements
from bench.worker import Contender

FIRMS, CATEGORIES, DEPARTMENTS, WAITING = 820, 14, 69, 2
TITLE, TEXT = "变压器增容等待三个月没有答复", "我公司二期生产线设备已到场，现有变压器容量不足，请协调。" * 6
# The first department has a ninth of the demands; `in_hand` demands are open.
LOAD = """
insert into minimal_firm (name) select '第' || n || '号有限公司' from generate_series(1, {firms}) n;
insert into minimal_category (name) select '类别' || n from generate_series(1, {categories}) n;
insert into minimal_department (name) select '第' || n || '局' from generate_series(1, {departments}) n;
insert into minimal_demand (number, title, text, phone, state, klass, firm_id, category_id, department_id, open, due_at,
                            created_at)
select 'N' || n, '{title}' || n, '{text}', '0477-5550100',
       case when n % {every} = 0 then 'DISPATCHED' else 'CLOSED' end, 'ORDINARY',
       1 + n % {firms}, 1 + n % {categories}, case when n % 9 = 0 then 1 else 2 + n % ({departments} - 1) end,
       n % {every} = 0, now() + n % 900 * interval '1 hour', now() - interval '1 minute' * ({count} - n)
  from generate_series(1, {count}) n;
insert into minimal_history (demand_id, at, user_id, action, note)
select d.id, d.created_at + interval '1 day' * s, 1, 'move', '{title}'
  from minimal_demand d, generate_series(1, case when d.id <= 20 then 60 else 6 end) s;
"""


class Minimal(Contender):
    """M, D, C and T."""

    def cursor(self) -> Any:
        return connection.cursor()

    def load(self, *, count: int, in_hand: int, waiting: int) -> int:
        """As many demands as the product has, and as many of them open; so many more that wait to be taken."""
        call_command("migrate", verbosity=0)  # users first, since a history names one
        call_command("migrate", run_syncdb=True, verbosity=0)
        User.objects.create(username="u1", password="!")
        words = {"firms": FIRMS, "categories": CATEGORIES, "departments": DEPARTMENTS, "title": TITLE, "text": TEXT}
        with connection.cursor() as cursor:
            cursor.execute(LOAD.format(count=count, every=max(1, count // in_hand), **words))
            cursor.execute(
                "insert into minimal_demand (number, title, text, phone, state, klass, firm_id, category_id,"
                " department_id, open, due_at, created_at)"
                " select 'W' || n, %s, %s, '1', 'DISPATCHED', 'ORDINARY', 1, 1, %s, true, now(), now()"
                "   from generate_series(1, %s) n",
                [TITLE, TEXT, WAITING, waiting],
            )
        return count

    def prepare(self, plan: dict[str, Any]) -> dict[str, Any]:
        self.browser = Browser(application, session_of(User.objects.get(username="u1")))
        six, sixty = itertools.cycle(range(100, 120)), itertools.cycle(range(1, 21))
        with connection.cursor() as cursor:
            cursor.execute("select id from minimal_demand where number like 'W%' and state = 'DISPATCHED' order by id")
            waiting = iter([pk for (pk,) in cursor.fetchall()])
        asked = {"title": TITLE, "text": TEXT, "phone": "0477-5550100", "category": "3"}
        self.operations = {
            "queue": lambda: self._ok(self.browser.get("/queue/")),
            "case6": lambda: self._ok(self.browser.get(f"/demand/{next(six)}/")),
            "case60": lambda: self._ok(self.browser.get(f"/demand/{next(sixty)}/")),
            "submit": lambda: self._ok(self.browser.post("/new/", asked), 302),
            "move": lambda: self._ok(self.browser.post(f"/demand/{next(waiting)}/take/", {"note": "已签收"}), 302),
        }
        return {"rows": self.operations["queue"]()[2].count(b"<tr>") - 1}

    def statements(self, name: str) -> dict[str, Any]:
        return with_statements(self.operations[name])

    @staticmethod
    def _ok(answer: Any, wanted: int = 200) -> Any:
        if answer[0] != wanted:
            raise AssertionError(f"status {answer[0]}: {answer[2].decode()[:3000]}")
        return answer
