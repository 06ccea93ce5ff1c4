"""Invented offices, firms and people, with rare characters in their names, and what all samples share."""

from dataclasses import dataclass
from datetime import date, datetime

from documents.content.base import Content, Imprint
from documents.content.parts import Contact, Firm, Person

OFFICE = "鄂尔多斯市政企直通办公室"
HOUSING = "鄂尔多斯市住房和城乡建设局"
LAND = "鄂尔多斯市自然资源局"
ENERGY = "鄂尔多斯市能源局"
SERVICES = "鄂尔多斯市行政审批政务服务与数据管理局"

FIRM = Firm(name="鄂尔多斯市晴野光伏材料有限公司", credit_code="91150600MA0SAMPL5X")
OFFICE_DESK = Contact(name="督办组 旻祎", phone="0477-8500123")
SECRETARY = Person(name="赵䶮", post="党支部书记、董事长", organisation=FIRM.name, phone="0477-8500688")
AGENT = Person(name="王頔", post="帮办代办员", organisation=SERVICES, phone="0477-8500456")


@dataclass(frozen=True)
class Sample:
    """A document as it would be issued."""

    content: Content
    imprint: Imprint


def at(text: str) -> datetime:
    """A time of day in Ordos."""
    return datetime.fromisoformat(f"{text}:00+08:00")


def imprint(number: str, issued_on: date, code: str) -> Imprint:
    return Imprint(number=number, issued_on=issued_on, verify_at=f"https://zhengqi.example.cn/verify/{code}/")
