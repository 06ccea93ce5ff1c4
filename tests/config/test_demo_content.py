"""The demonstration city holds together: duties have owners, codes are right, demands answer their questions."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from stdnum.cn import uscc

from cases.demands.enums import Klass, Outcome
from cases.demands.questions import CATEGORIES, COMMON, QUESTIONS
from cases.demands.rules import MOST_POINTS
from config.demo import words
from config.demo.city import BANNERS, CITY, DEPARTMENTS, DISTRICTS, PLATFORM_OFFICES
from config.demo.demand_texts.template import DemandText
from config.demo.demands import DEMANDS, REFERENCE_DAY, TEMPLATES, usual_result_day
from config.demo.duty_list import DUTY_LIST
from config.demo.enterprises import ENTERPRISES, JOINT_BRANCH, JOINT_BRANCH_NAME, make_credit_code
from parties.models import PartyOrganisation

CATEGORY_CODES = {category.code for category in CATEGORIES}
DUTIES = {line.code: line for line in DUTY_LIST}

# --- the city --------------------------------------------------------------------------------------------------------


def test_the_city_has_nine_banners_and_every_district_has_a_platform_office():
    assert len(BANNERS) == 9
    assert {banner.code[:4] for banner in BANNERS} == {CITY.code[:4]}
    assert list(PLATFORM_OFFICES) == [district.code for district in DISTRICTS]
    assert len(set(PLATFORM_OFFICES.values())) == 10


def test_there_are_fifteen_departments_with_codes_and_names_of_their_own():
    assert len(DEPARTMENTS) == 15
    for names in ({d.code for d in DEPARTMENTS}, {d.name for d in DEPARTMENTS}, {d.short_name for d in DEPARTMENTS}):
        assert len(names) == 15


# --- the duty list ---------------------------------------------------------------------------------------------------


def test_duty_codes_and_matters_are_unique():
    assert len(DUTIES) == len(DUTY_LIST) >= 66
    assert len({line.matter for line in DUTY_LIST}) == len(DUTY_LIST)


def test_every_duty_line_has_known_owners_a_known_category_and_a_known_class():
    departments = {department.code for department in DEPARTMENTS}
    for line in DUTY_LIST:
        assert set(line.owners) <= departments, line.code
        assert 1 <= len(set(line.owners)) == len(line.owners) <= 3, line.code
        assert line.code.startswith(f"{line.owners[0].upper()}-"), line.code
        assert line.category in CATEGORY_CODES, line.code
        assert line.klass in Klass.values, line.code


def test_every_duty_line_cites_an_article():
    unsound = [
        line.code
        for line in DUTY_LIST
        if not re.fullmatch(r"《[^《》]+》第[一二三四五六七八九十百]+条", line.legal_basis)
    ]
    assert unsound == []


def test_every_department_leads_at_least_three_matters():
    leads = Counter(line.owners[0] for line in DUTY_LIST)
    assert {department.code for department in DEPARTMENTS if leads[department.code] < 3} == set()


def test_a_few_matters_need_a_dispatcher_and_all_others_have_one_owner():
    shared = [line.code for line in DUTY_LIST if len(line.owners) > 1]
    assert 6 <= len(shared) <= 8


def test_every_category_has_a_matter():
    assert {line.category for line in DUTY_LIST} == CATEGORY_CODES


# --- the firms -------------------------------------------------------------------------------------------------------


def test_the_forty_firms_differ_in_name_code_and_telephone():
    assert len(ENTERPRISES) == 40
    for attribute in ("serial", "name", "short_name", "credit_code", "phone"):
        assert len({getattr(firm, attribute) for firm in ENTERPRISES}) == 40, attribute


def test_the_firms_are_spread_over_all_nine_banners():
    spread = Counter(firm.district for firm in ENTERPRISES)
    assert set(spread) == {banner.code for banner in BANNERS}
    assert min(spread.values()) >= 3


@pytest.mark.parametrize("serial", [0, 1, 40, 9999])
@pytest.mark.parametrize("district", [banner.code for banner in BANNERS])
def test_a_made_credit_code_is_valid_and_tells_its_district(serial: int, district: str):
    code = make_credit_code(serial, district)
    assert uscc.validate(code) == code
    assert code.startswith(f"91{district}")


def test_every_firm_has_a_valid_credit_code_and_a_fictitious_telephone():
    for firm in ENTERPRISES:
        assert uscc.is_valid(firm.credit_code), firm.name
        assert re.fullmatch(r"0477-555-01\d\d", firm.phone), firm.name


def test_one_joint_branch_serves_three_firms_and_all_others_have_their_own():
    kinds = Counter(firm.party_kind for firm in ENTERPRISES)
    assert set(kinds) == set(PartyOrganisation.Kind.values)
    assert kinds[JOINT_BRANCH] == 3
    names = Counter(firm.party_name for firm in ENTERPRISES)
    assert {name for name, firms in names.items() if firms > 1} == {JOINT_BRANCH_NAME}


# --- the demands -----------------------------------------------------------------------------------------------------


def titled(demand: DemandText) -> str:
    return demand.title


def test_there_are_enough_demands_and_no_two_share_a_title_or_a_text():
    assert len(DEMANDS) == len(TEMPLATES) >= 60
    assert len({demand.title for demand in DEMANDS}) == len(DEMANDS)
    assert len({demand.text for demand in DEMANDS}) == len(DEMANDS)
    assert len({demand.result_text for demand in DEMANDS}) == len(DEMANDS)


@pytest.mark.parametrize("demand", DEMANDS, ids=titled)
def test_a_demand_belongs_to_a_duty_line_of_its_category(demand: DemandText):
    assert DUTIES[demand.duty_code].category == demand.category
    assert demand.outcome in Outcome.values


def test_every_category_and_every_department_has_demands():
    assert {demand.category for demand in DEMANDS} == CATEGORY_CODES
    leads = Counter(DUTIES[demand.duty_code].owners[0] for demand in DEMANDS)
    assert {department.code for department in DEPARTMENTS if leads[department.code] < 3} == set()


@pytest.mark.parametrize("demand", DEMANDS, ids=titled)
def test_the_answers_of_a_demand_satisfy_its_questions(demand: DemandText):
    questions = {question.key: question for question in QUESTIONS[demand.category]}
    assert set(demand.answers) <= set(questions)
    assert {key for key, question in questions.items() if question.required} <= set(demand.answers)
    for key, answer in demand.answers.items():
        question = questions[key]
        assert len(answer) >= max(1, question.minimum_length), key
        if question.kind == "choice":
            assert answer in {value for value, _label, _help in question.choices}, key
        if question.kind == "number":
            assert Decimal(answer) > 0, key
        if question.kind == "date":
            assert date.fromisoformat(answer).isoformat() == answer, key


@pytest.mark.parametrize("demand", DEMANDS, ids=titled)
def test_a_demand_is_short_concrete_and_of_a_readable_length(demand: DemandText):
    limits = {question.key: question for question in COMMON}
    assert 6 <= len(demand.title) <= 30 <= limits["title"].maximum_length
    assert 80 <= len(demand.text) <= 200
    assert 60 <= len(demand.result_text) <= 150
    assert 4 <= len(demand.wanted) <= 30
    assert 2 <= len(demand.plan_steps) <= 4
    assert 10 <= len(demand.first_contact) <= 60


@pytest.mark.parametrize("demand", DEMANDS, ids=titled)
def test_a_result_says_when_and_never_soon(demand: DemandText):
    assert re.search(r"\d+月\d+日", demand.result_text)
    assert [word for word in ("近期", "尽快", "研究", "抓紧", "适时") if word in demand.result_text] == []


def test_no_open_date_is_left_in_a_demand_that_was_written_out():
    for demand in DEMANDS:
        words = (demand.title, demand.text, demand.wanted, demand.result_text, demand.first_contact)
        assert "{" not in "".join((*words, *demand.plan_steps, *demand.answers.values())), demand.title


def test_a_demand_suits_only_industries_that_exist():
    industries = {firm.industry for firm in ENTERPRISES}
    assert {industry for demand in DEMANDS for industry in demand.suits} <= industries


def test_every_firm_has_many_demands_to_choose_from():
    for firm in ENTERPRISES:
        assert sum(not demand.suits or firm.industry in demand.suits for demand in DEMANDS) >= 15, firm.name


# --- dates -----------------------------------------------------------------------------------------------------------


def test_dates_move_with_the_day_of_submission_and_the_day_of_the_result():
    template = next(template for template in TEMPLATES if template.title == "流动资金贷款到期续贷")
    told = template.dated(date(2026, 3, 2), date(2026, 3, 11))
    assert told.answers["loan_due"] == "2026-04-07"
    assert told.text.startswith("我公司有一笔300万元流动资金贷款，4月7日到期。2月已向经办银行提出续贷")
    assert told.result_text.startswith("3月5日我委已将")


def test_dates_avoid_weekends():
    template = next(template for template in TEMPLATES if template.title == "流动资金贷款到期续贷")
    told = template.dated(date(2026, 3, 6), date(2026, 3, 17))
    assert told.answers["loan_due"] == "2026-04-13"  # the 36th day is a Saturday, 11 April
    assert told.result_text.startswith("3月11日我委已将")  # four weekdays before Tuesday, 17 March
    assert "请贵公司于3月23日前" in told.result_text  # five days after it is a Sunday


def test_another_year_is_written_out():
    template = next(template for template in TEMPLATES if template.title == "流动资金贷款到期续贷")
    told = template.dated(date(2026, 12, 1), date(2026, 12, 10))
    assert told.text.startswith("我公司有一笔300万元流动资金贷款，2027年1月6日到期。11月已向")


def test_a_department_never_acted_before_the_demand_was_submitted():
    template = replace(TEMPLATES[0], result_text="{r-9}受理，{r-1:month}审核，{r+2}到账")
    told = template.dated(date(2026, 11, 18), date(2026, 11, 19))
    assert told.result_text == "11月18日受理，11月审核，11月23日到账"


def test_a_result_usually_comes_after_the_submission():
    assert {usual_result_day(template, REFERENCE_DAY) > REFERENCE_DAY for template in TEMPLATES} == {True}


# --- what is asked of a firm -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("points", "answer"), [*words.COMPLETIONS, *words.QUESTIONS])
def test_what_is_asked_of_a_firm_is_short_and_its_answer_says_more(points: tuple[str, ...], answer: str):
    assert 1 <= len(points) <= MOST_POINTS
    assert all(10 <= len(point) <= 60 for point in points)
    assert len(answer) > max(map(len, points))
    assert not re.search(r"[{}0-9]", "".join(points) + answer)  # fits any demand of any day
