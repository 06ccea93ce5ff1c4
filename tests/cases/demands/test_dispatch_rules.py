"""Rules of dispatch are weighed in order, the first that fits decides, and none sends a demand to a stranger."""

from random import Random

import pytest

from cases.demands.dispatching.rules import (
    BUILT_IN,
    UNMET,
    Effect,
    Facts,
    Matter,
    Owner,
    Rule,
    Why,
    decide,
    weigh,
)
from cases.demands.dispatching.words import Names, differences, sentence
from cases.demands.enums import Klass

MATTERS = {
    "NY-1": Matter("NY-1", "ENERGY", (Owner("nyj"),)),
    "NY-2": Matter("NY-2", "ENERGY", (Owner("nyj"), Owner("zjj"))),
    "NY-3": Matter("NY-3", "ENERGY", (Owner("nyj", active=False), Owner("zjj"))),
    "NY-4": Matter("NY-4", "ENERGY", (Owner("nyj", active=False),)),
    "ZJ-1": Matter("ZJ-1", "BUILDING", (Owner("zjj"),)),
}


def facts(**other):
    usual = {
        "category": "ENERGY",
        "district": "150602",
        "klass": "COMPLEX",
        "urgent": False,
        "matter": "",
        "words": "变压器增容\n等待三个月",
    }
    return Facts(**{**usual, **other})


def fired(rules, **other):
    return decide(rules, facts(**other), MATTERS)


def why(rule, **other):
    """Why this one rule was passed over; None when it decided."""
    return weigh([rule], facts(**other), MATTERS)[0].why


ANY = Rule("a.1", matter="NY-1")


def test_without_rules_a_matter_with_one_active_owner_goes_to_that_owner():
    found = fired([], matter="NY-1")
    assert (found.position, found.key, found.matter, found.lead) == (1, BUILT_IN, "NY-1", "nyj")
    assert fired([], matter="NY-3").lead == "zjj"


@pytest.mark.parametrize(
    ("matter", "reason"),
    [("", Why.NO_MATTER), ("NY-2", Why.SEVERAL_OWNERS), ("NY-4", Why.NO_OWNER), ("GONE", Why.RETIRED)],
)
def test_otherwise_the_built_in_rule_leaves_it_to_the_dispatcher_and_says_why(matter, reason):
    assert fired([], matter=matter) is None
    assert weigh([], facts(matter=matter), MATTERS)[-1].why == reason


def test_the_first_rule_that_fits_decides_and_the_order_matters():
    one, two = Rule("a.1", matter="NY-1"), Rule("b.1", matter="NY-2", lead="zjj")
    assert fired([one, two]).lead == "nyj"
    assert fired([two, one]).lead == "zjj"
    assert fired([Rule("c.1", districts=("150625",), matter="NY-2", lead="zjj"), one]).position == 2


@pytest.mark.parametrize(
    ("condition", "other", "reason"),
    [
        ({"categories": ("ENERGY",)}, {"category": "BUILDING"}, Why.CATEGORY),
        ({"districts": ("150602", "150625")}, {"district": "150621"}, Why.DISTRICT),
        ({"klasses": ("COMPLEX",)}, {"klass": "INQUIRY"}, Why.KLASS),
        ({"urgent": False}, {"urgent": True}, Why.URGENT),
        ({"matters": ("NY-1",)}, {"matter": "NY-2"}, Why.MATTER),
        ({"words": ("停电", "变压器")}, {"words": "供热"}, Why.WORDS),
    ],
)
def test_a_condition_that_does_not_hold_is_named(condition, other, reason):
    rule = Rule("a.1", matter="NY-1", **condition)
    met = {"matter": "NY-1"} if "matters" in condition else {}
    assert why(rule, **met) is None
    assert why(rule, **other) == reason
    assert reason in UNMET


def test_every_condition_must_hold():
    rule = Rule("a.1", categories=("ENERGY",), urgent=True, words=("变压器",), matter="NY-1")
    assert why(rule) == Why.URGENT
    assert why(rule, urgent=True) is None


def test_words_are_found_whatever_the_width_and_size_of_letters():
    rule = Rule("a.1", words=("ETC",), matter="NY-1")
    assert why(rule, words="高速ｅｔｃ办理") is None
    assert why(rule, words="高速办理") == Why.WORDS


@pytest.mark.parametrize(
    ("rule", "other", "reason"),
    [
        (Rule("a.1", matter="NY-2", lead="swj"), {}, Why.NOT_OWNER),
        (Rule("a.1", matter="NY-3", lead="nyj"), {}, Why.INACTIVE),
        (Rule("a.1", matter="NY-4"), {}, Why.NO_OWNER),
        (Rule("a.1", matter="NY-2"), {}, Why.SEVERAL_OWNERS),
        (Rule("a.1", matter="GONE", lead="nyj"), {}, Why.RETIRED),
        (Rule("a.1", matter="ZJ-1"), {}, Why.OTHER_CATEGORY),
        (Rule("a.1", lead="nyj"), {}, Why.NO_MATTER),
        (Rule("a.1", lead="zjj"), {"matter": "NY-1"}, Why.NOT_OWNER),
        (Rule("a.1", matter="NY-1"), {"matter": "NY-2"}, Why.OTHER_MATTER),
    ],
)
def test_a_rule_that_may_not_do_what_it_says_is_passed_over_and_the_next_is_asked(rule, other, reason):
    assert why(rule, **other) == reason
    assert reason not in UNMET
    leave = Rule("z.1", effect=Effect.LEAVE)
    assert fired([rule, leave], **other).key == "z.1"


def test_a_rule_without_a_matter_goes_by_the_one_that_intake_chose():
    found = fired([Rule("a.1", lead="zjj")], matter="NY-2")
    assert (found.matter, found.lead) == ("NY-2", "zjj")


def test_a_rule_that_leaves_it_to_the_dispatcher_keeps_the_built_in_one_away():
    found = fired([Rule("a.1", effect=Effect.LEAVE, urgent=False)], matter="NY-1")
    assert (found.position, found.lead) == (1, None)


# --- whatever the rules and the facts ---

CODES = [*MATTERS, "GONE", ""]
DEPARTMENTS = ["nyj", "zjj", "swj", ""]


def some(random, values, most=2):
    return tuple(random.sample(values, random.randint(0, most)))


def any_rule(random, n):
    return Rule(
        f"{n}.1",
        categories=some(random, ["ENERGY", "BUILDING"]),
        districts=some(random, ["150602", "150625"]),
        klasses=some(random, list(Klass.values)),
        urgent=random.choice([None, True, False]),
        matters=some(random, CODES[:-1]),
        words=some(random, ["变压器", "停电", "供热"]),
        effect=random.choice([Effect.DISPATCH, Effect.DISPATCH, Effect.LEAVE]),
        matter=random.choice(CODES),
        lead=random.choice(DEPARTMENTS),
    )


def any_facts(random):
    return Facts(
        category=random.choice(["ENERGY", "BUILDING"]),
        district=random.choice(["150602", "150625"]),
        klass=random.choice(Klass.values),
        urgent=random.random() < 0.5,
        matter=random.choice(CODES),
        words=random.choice(["变压器增容", "停电", "道路"]),
    )


def test_whatever_the_rules_it_is_decided_once_always_alike_and_never_for_a_stranger():
    random, dispatched = Random("rules"), 0
    for _n in range(5000):
        rules = [any_rule(random, n) for n in range(random.randint(0, 6))]
        case = any_facts(random)
        weighed = weigh(rules, case, MATTERS)
        assert [one.position for one in weighed] == list(range(1, len(rules) + 2))
        assert all((one.why is None) is (one.fired is not None) for one in weighed)
        found = decide(rules, case, MATTERS)
        assert found == decide(list(rules), case, dict(MATTERS))
        assert found == next((one.fired for one in weighed if one.fired), None)
        if found is None or found.lead is None:
            continue
        dispatched += 1
        matter = MATTERS[found.matter]
        assert Owner(found.lead) in matter.owners
        assert matter.category == case.category
        assert case.matter in ("", found.matter)
    assert dispatched > 500


# --- in words ---

NAMES = Names(
    categories={"ENERGY": "用电用能", "BUILDING": "工程建设"},
    districts={"150602": "东胜区"},
    matters={"NY-2": "配套管网协调"},
    departments={"nyj": "市能源局"},
)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            Rule("a.1", categories=("ENERGY",), districts=("150602",), lead="nyj"),
            "若类别为用电用能且旗区为东胜区 → 市能源局",
        ),
        (Rule("a.1", effect=Effect.LEAVE, urgent=True), "若为紧急件 → 留给派单员"),
        (
            Rule("a.1", words=("变压器", "停电"), klasses=("HARD",), matter="NY-2", lead="nyj"),
            "若档次为疑难且标题或正文含“变压器”或“停电” → 市能源局（职责事项：配套管网协调）",
        ),
        (Rule("a.1", matter="NY-2"), "所有诉求 → 唯一责任部门（职责事项：配套管网协调）"),
        (Rule("a.1", urgent=False, matters=("NY-2",), lead="x"), "若不是紧急件且职责事项为配套管网协调 → x"),
    ],
)
def test_a_rule_reads_as_a_sentence(rule, words):
    assert sentence(rule, NAMES) == words


def test_versions_are_told_apart_rule_by_rule():
    a, b, c, d = (Rule(f"{key}.1", matter="NY-2", lead=lead) for key, lead in zip("abcd", "1234", strict=True))
    changed = Rule("b.2", matter="NY-2", lead="5")
    found = differences([a, b, c], [c, a, changed, d], NAMES)
    assert [(one.what, one.position) for one in found] == [("moved", 1), ("changed", 3), ("added", 4)]
    assert found[0].before == "第 3 条"
    assert [one.what for one in differences([a, b], [b], NAMES)] == ["removed"]
    assert differences([a, b], [a, Rule("b.7", matter="NY-2", lead="2")], NAMES) == []
