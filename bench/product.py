"""The product as it is served: its own settings, middleware, pages and moves."""

import itertools
import os
import secrets
import threading
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

from config import wsgi

application = wsgi.application

from django.db import connection
from django.urls import reverse

from bench.browser import Browser
from bench.django_side import session_of, with_statements
from bench.worker import Contender
from cases.demands.models import Case
from foundation import keyset
from parties.models import Membership
from workflow.middleware import POST_KEY
from workflow.models import Event

assert django.VERSION
ARCHIVE = "/demands/?state=ALL"
TEXT = "我公司二期生产线设备已到场，现有变压器容量不足，九月提出增容申请，资料齐全，至今没有收到答复，请协调。"


class Product(Contender):
    """Pages and moves through the whole stack."""

    def cursor(self) -> Any:
        return connection.cursor()

    def prepare(self, plan: dict[str, Any]) -> dict[str, Any]:
        self.plan = plan
        self.liaison, self.firm = self._browser(plan["liaison"]), self._browser(plan["staff"])
        self.taker, self.handler = self._browser(plan["taker"]), plan["handler"]
        self.six, self.sixty = itertools.cycle(plan["six"]), itertools.cycle(plan["sixty"])
        self.waiting: Iterator[tuple[str, int]] = iter([tuple(one) for one in plan["waiting"]])
        lead = Membership.objects.get(pk=plan["liaison"]).organisation_id
        archive = Case.objects.filter(lead_id=lead).order_by("-id")
        row = min(10_000, archive.count() - 100)
        last = archive[row - 1]
        deep = f"{ARCHIVE}&after={keyset._write(last, ('-id',))}"
        self.operations = {
            "queue": lambda: self._ok(self.liaison.get("/demands/")),
            "archive": lambda: self._ok(self.liaison.get(ARCHIVE)),
            "deep": lambda: self._ok(self.liaison.get(deep)),
            "case6": lambda: self._ok(self.liaison.get(f"/demands/{next(self.six)}/")),
            "case60": lambda: self._ok(self.liaison.get(f"/demands/{next(self.sixty)}/")),
            "submit": self._submit,
            "move": self._move,
        }
        return {"deep_row": row, "open": Case.objects.filter(lead_id=lead, turn_org__isnull=False).count()}

    def statements(self, name: str) -> dict[str, Any]:
        return with_statements(self.operations[name])

    def _browser(self, membership_id: int) -> Browser:
        member = Membership.objects.select_related("user").get(pk=membership_id)
        now = int(time.time())
        return Browser(application, session_of(member.user, **{POST_KEY: member.pk, "signed_in": now, "seen": now}))

    @staticmethod
    def _ok(answer: Any, wanted: int = 200) -> Any:
        if answer[0] != wanted:
            raise AssertionError(f"status {answer[0]}: {answer[2].decode()[:3000]}")
        return answer

    def _submit(self) -> Any:
        fields = {
            "step": "send",
            "title": "变压器增容等待三个月没有答复",
            "text": TEXT,
            "wanted": "请给出书面答复",
            "contact_name": "李经理",
            "contact_phone": "0477-5550100",
            "idempotency_key": secrets.token_urlsafe(16),
        }
        address = reverse("demands:questions", args=["ENERGY"])
        return self._ok(self.firm.post(address, fields | self.plan["answers"]), 302)

    def _move(self) -> Any:
        public_id, seen = next(self.waiting)
        return self._ok(self._acknowledge(public_id, seen), 302)

    def _acknowledge(self, public_id: str, seen: int) -> Any:
        fields = {"seen": str(seen), "handler": self.handler, "idempotency_key": secrets.token_urlsafe(16)}
        return self.taker.post(f"/demands/{public_id}/acknowledge/", fields)

    def race(self, *, clients: int, steps: int) -> dict[str, Any]:
        """The same number of requests twice: all clients at one demand a step, then each at a demand of its own."""
        alone = [next(self.waiting) for _n in range(steps)]
        apart = [[next(self.waiting) for _n in range(steps)] for _client in range(clients)]
        winners: list[int] = []
        lock, gate = threading.Lock(), threading.Barrier(clients)
        answers: list[list[int]] = [[] for _n in range(steps)]

        def together() -> None:
            for n, (public_id, seen) in enumerate(alone):
                gate.wait()
                status = self._acknowledge(public_id, seen)[0]
                with lock:
                    answers[n].append(status)
            connection.close()

        def each(own: list[tuple[str, int]]) -> None:
            for public_id, seen in own:
                gate.wait()
                self._ok(self._acknowledge(public_id, seen), 302)
            connection.close()

        began = time.perf_counter()
        _in_threads([(together, ())] * clients)
        one = time.perf_counter() - began
        began = time.perf_counter()
        _in_threads([(each, (own,)) for own in apart])
        many = time.perf_counter() - began
        winners = [step.count(302) for step in answers]
        others = sorted({status for step in answers for status in step} - {302})
        pairs = dict(alone)
        moved = Event.objects.filter(
            subject_kind="case",
            subject_id__in=Case.objects.filter(public_id__in=list(pairs)).values("pk"),
            action="acknowledge",
        )
        return {
            "winners": winners,
            "written": moved.count(),
            "others": others,
            "one": clients * steps / one,
            "many": clients * steps / many,
        }


def _in_threads(work: list[tuple[Any, tuple[Any, ...]]]) -> None:
    threads = [threading.Thread(target=do, args=arguments) for do, arguments in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
