"""A request with an Idempotency-Key is carried out once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from foundation.errors import KeyReused, Refused, WrongMoment
from foundation.idempotency import once
from foundation.models import IdempotencyRecord
from parties.models import District, User
from tests.factories import NOW, later, user


class Work:
    """Counts how often it is done; each time it writes a row and answers with its number."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> tuple[int, str]:
        self.times += 1
        District.objects.create(code=str(self.times), name="旗区", level="CITY")
        return 201, f"{self.times} 次"


@pytest.fixture
def person(db: None) -> User:
    return user()


@pytest.fixture
def work() -> Work:
    return Work()


def ask(person: User, work: Work, **changes: object) -> tuple[int, str, bool]:
    usual = {"user_id": person.pk, "route": "/api/v1/cases/", "key": "k-1", "body": b"{}", "now": NOW, "do": work}
    return once(**{**usual, **changes})


def test_a_repeat_gets_the_first_answer_and_does_nothing(person: User, work: Work) -> None:
    assert ask(person, work) == (201, "1 次", False)
    assert ask(person, work) == (201, "1 次", True)
    assert ask(person, work, now=later(hours=23)) == (201, "1 次", True)
    assert (work.times, District.objects.count()) == (1, 1)


def test_another_body_under_the_same_key_is_refused(person: User, work: Work) -> None:
    ask(person, work)
    with pytest.raises(KeyReused, match="这个 Idempotency-Key 已经用于另一项内容，请换一个") as error:
        ask(person, work, body=b'{"a":1}')
    assert error.value.status == 409
    assert work.times == 1


@pytest.mark.parametrize("other", [{"route": "/api/v1/cases/x/accept/"}, {"key": "k-2"}])
def test_a_key_belongs_to_its_route(person: User, work: Work, other: dict[str, str]) -> None:
    ask(person, work)
    assert ask(person, work, **other) == (201, "2 次", False)


def test_a_key_belongs_to_its_user(person: User, work: Work) -> None:
    ask(person, work)
    assert ask(user(), work) == (201, "2 次", False)


def test_without_a_key_the_work_is_simply_done(person: User, work: Work) -> None:
    assert ask(person, work, key="") == (201, "1 次", False)
    assert ask(person, work, key="") == (201, "2 次", False)
    assert not IdempotencyRecord.objects.exists()


def test_after_24_hours_the_key_is_forgotten(person: User, work: Work) -> None:
    ask(person, work)
    assert ask(person, work, now=later(hours=24)) == (201, "1 次", True)
    assert ask(person, work, now=later(hours=24) + timedelta(seconds=1)) == (201, "2 次", False)
    assert IdempotencyRecord.objects.count() == 1


def test_a_refused_request_is_not_remembered(person: User, work: Work) -> None:
    def refuse() -> tuple[int, str]:
        work()
        raise WrongMoment("还不行")

    with pytest.raises(WrongMoment):
        ask(person, work, do=refuse)
    assert not IdempotencyRecord.objects.exists()
    assert not District.objects.exists()
    work.times = 0
    assert ask(person, work, body=b"other") == (201, "1 次", False)


def test_the_answer_lives_and_dies_with_what_was_written(person: User, work: Work) -> None:
    with transaction.atomic():
        ask(person, work)
        transaction.set_rollback(True)
    assert not IdempotencyRecord.objects.exists()
    assert not District.objects.exists()


@pytest.mark.parametrize("key", ["k" * 81, "键", "a\nb", "a\x7f"])
def test_an_unfit_key_is_refused(person: User, work: Work, key: str) -> None:
    with pytest.raises(Refused, match="Idempotency-Key"):
        ask(person, work, key=key)
    assert work.times == 0


def test_the_longest_key_fits(person: User, work: Work) -> None:
    assert ask(person, work, key="~" * 80) == (201, "1 次", False)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_is_done_once() -> None:
    person, work, start = user(), Work(), threading.Barrier(8)

    def send(_n: int) -> tuple[int, str, bool]:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return ask(person, work)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(send, range(8)))
    assert answers == [(201, "1 次", False)] + [(201, "1 次", True)] * 7
    assert District.objects.count() == 1
