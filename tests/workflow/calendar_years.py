"""A notice for 2027, made up for tests: nothing was announced when they were written."""

from typing import Any

from parties.roles import Role
from tests.factories import NOW, Town, actor
from workflow.actor import Actor
from workflow.calendar_loading import load_year
from workflow.models import CalendarVersion

NOTICE_2027: dict[str, Any] = {
    "year": 2027,
    "notice": "国务院办公厅关于2027年部分节假日安排的通知",
    "number": "国办发明电〔2026〕99号",
    "date": "2026-11-20",
    "source": "https://www.gov.cn/zhengce/content/202611/content_1.htm",
    "days_off": {
        "元旦": ["2027-01-01", "2027-01-03"],
        "春节": ["2027-02-05", "2027-02-13"],
        "清明节": ["2027-04-03", "2027-04-05"],
        "劳动节": ["2027-05-01", "2027-05-05"],
        "端午节": ["2027-06-09", "2027-06-11"],
        "中秋节": ["2027-09-15", "2027-09-17"],
        "国庆节": ["2027-10-01", "2027-10-07"],
    },
    "make_up": ["2027-02-14", "2027-02-20", "2027-05-08", "2027-10-09"],
}


def notice(**other: Any) -> dict[str, Any]:
    """The notice, but for these entries."""
    return {**NOTICE_2027, **other}


def administrator(town: Town, now: Any = NOW) -> Actor:
    return actor(town.at(town.city_office, Role.SYSTEM_ADMIN), now)


def loaded(town: Town, *, now: Any = NOW, **other: Any) -> CalendarVersion:
    """The version made by loading the notice, but for these entries."""
    return load_year(notice(**other), by=administrator(town, now), reason="国务院办公厅公布放假安排")
