"""Where a firm can be recognised by its own words: what is found however it is written, and what is not."""

import pytest

from cases.demands.naming import FirmNames, core_of, places_named, plain, sentence

FIRM = FirmNames(
    name="鄂尔多斯市云杉智造科技有限公司",
    short_name="云杉",
    credit_code="91150602MA0000017K",
    contact_name="李经理",
    contact_phone="0477-5550100",
    district="东胜区",
)


def found(text: str, firm: FirmNames = FIRM) -> list[str]:
    return [str(place.what) for place in places_named({"text": text}, firm)]


@pytest.mark.parametrize(
    "text",
    [
        "鄂尔多斯市云杉智造科技有限公司申请增容",
        "鄂尔多斯市 云杉智造 科技有限公司申请增容",
        "云杉智造科技二期厂房",
        "云杉 智造 科技 二期厂房",
        "“云杉智造·科技”二期厂房",
    ],
)
def test_the_name_and_the_core_of_the_name_are_found(text: str) -> None:
    assert "企业名称" in found(text)


def test_the_short_name_is_found() -> None:
    assert found("我们云杉的厂房") == ["企业简称"]


@pytest.mark.parametrize(
    "text",
    [
        "代码91150602MA0000017K",
        "代码 91150602 ma00 00017k",
        "代码９１１５０６０２ＭＡ００００１７Ｋ".replace("１７", "０１７"),
        "代码9115-0602-MA0000017K。",
        "机构代码 MA0000017",  # the part that is its own
    ],
)
def test_the_credit_code_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == ["统一社会信用代码"]


@pytest.mark.parametrize(
    "text",
    [
        "请拨0477-5550100",
        "请拨 0477 555 0100",
        "请拨（０４７７）５５５０１００",
        "请拨5550100",
        "请拨04775550100转8",
    ],
)
def test_the_telephone_is_found_however_it_is_written(text: str) -> None:
    assert found(text) == ["联系电话"]


def test_a_mobile_number_is_found_with_and_without_the_country() -> None:
    firm = FirmNames(name="某某有限公司", contact_phone="+86 138 0000 1234")
    assert found("打 13800001234", firm) == found("打138-0000-1234", firm) == ["联系电话"]
    assert found("打 00001234", firm) == []


def test_the_contact_is_found() -> None:
    assert found("请找李经理") == ["联系人"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我公司二期生产线设备已经到场，现有变压器容量不足。",
        "鄂尔多斯市东胜区科技有限公司很多",
        "合同金额 555 万元，2026-01-00 前付清",
        "李先生，王经理",
    ],
)
def test_what_fits_many_firms_is_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("name", "district", "core"),
    [
        ("鄂尔多斯市云杉智造科技有限公司", "东胜区", "云杉智造科技"),
        ("内蒙古远泉化工股份有限公司", "乌审旗", "远泉化工"),
        ("鄂尔多斯市东胜区红柳物流有限责任公司", "东胜区", "红柳物流"),
        ("达拉特河湾乳品（集团）有限公司", "达拉特旗", "河湾乳品"),
        ("云杉集团有限公司", "", "云杉"),
        ("甲公司", "", ""),
        ("内蒙古有限公司", "", ""),
        ("ABC Trade 有限公司", "", "abctrade"),
    ],
)
def test_the_core_is_the_firms_own_part_of_its_name(name: str, district: str, core: str) -> None:
    assert core_of(name, district=district) == core


def test_a_firm_of_which_nothing_is_known_is_found_nowhere() -> None:
    assert found("甲公司", FirmNames(name="")) == []


def test_places_stand_in_the_order_of_the_texts_and_each_kind_once_a_text() -> None:
    texts = {"title": "云杉增容", "text": "云杉智造科技，电话5550100，云杉", "wanted": "通电", "场地": "云杉 智造科技"}
    places = [(place.field, str(place.what), place.words) for place in places_named(texts, FIRM)]
    assert places == [
        ("title", "企业简称", "云杉"),
        ("text", "企业简称", "云杉"),
        ("text", "企业名称", "云杉智造科技"),
        ("text", "联系电话", "0477-5550100"),
        ("场地", "企业简称", "云杉"),
        ("场地", "企业名称", "云杉智造科技"),
    ]


def test_the_sentence_names_each_thing_once() -> None:
    places = places_named({"title": "云杉增容", "text": "云杉，找李经理"}, FIRM)
    assert sentence(places) == "企业简称（云杉）、联系人（李经理）"


def test_texts_are_compared_half_width_in_one_case_and_without_blanks_and_marks() -> None:
    assert plain("Ａ b－（１２）　Ｃ\n。_") == "ab12c"
