"""The guards of the tests themselves: what must make a test fail does."""

import pytest
from django.db import connection, transaction
from django.template import Context, Template
from django.template.loader import get_template

from foundation.models import Policy
from tests.factories import NOW, Town, actor, case_in
from workflow import triggers
from workflow.models import Event


@pytest.mark.parametrize("text", ["{{ missing }}", "{{ town.missing }}", "{{ none.name }}", "{{ missing|default:1 }}"])
def test_an_undefined_variable_fails_the_test(text: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="undefined variable"):
        Template(text).render(Context({"town": "东胜区", "none": None}))


def test_a_variable_may_be_asked_for_in_a_condition() -> None:
    assert Template("{% if missing %}1{% else %}0{% endif %}{{ none }}").render(Context({"none": ""})) == "0"


def test_templates_of_libraries_may_have_undefined_variables() -> None:
    assert "<input" in get_template("rest_framework/horizontal/input.html").render({})


@pytest.mark.django_db
def test_work_on_commit_is_done_when_the_code_commits_and_not_before() -> None:
    done: list[str] = []
    with transaction.atomic():
        with transaction.atomic():
            transaction.on_commit(lambda: done.append("inner"))
        assert done == []
    assert done == ["inner"]
    transaction.on_commit(lambda: done.append("at once"))
    assert done == ["inner", "at once"]


@pytest.mark.django_db
def test_work_on_commit_is_dropped_with_its_transaction() -> None:
    done: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("lost"))
        transaction.set_rollback(True)
    with transaction.atomic():
        pass
    assert done == []


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_after_a_transactional_test_the_ledger_is_empty_and_guarded_and_the_policy_is_there(
    town: Town, time: int
) -> None:
    assert not Event.objects.exists()
    assert triggers.missing(connection) == []
    assert Policy.objects.get(kind="clocks").label == "clocks/1"
    case_in("CLOSED", town=town)
    assert Event.objects.exists()


def test_actors_have_the_time_they_are_given(town: Town) -> None:
    assert actor(town.staff).now == NOW
    assert actor(town.staff.user).post == actor(town.staff).post
