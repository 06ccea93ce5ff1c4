"""Samples of 委托书, 续办委托书 and 终止单."""

from datetime import date

from documents.content.mandates import HandedBack, Mandate, MandateEnd, MandateRenewal, Scope
from documents.samples.parts import AGENT, FIRM, HOUSING, LAND, SECRETARY, SERVICES, Sample, imprint

EXCLUDED = ("确认办理结果", "评价办理部门", "提交民企信息直报", "参加评议投票")
TERMS = (
    "委托出于自愿，领办代办帮办不收取任何费用。",
    "受托人在委托范围和期限以内办理的事项，由委托人承担相应后果；每次办理均注明“王頔代晴野光伏材料有限公司”。",
    "受托人自收到委托人询问之日起一个工作日内答复，每周向委托人书面通报进展，并对知悉的商业秘密保密。",
    "委托人可以随时终止委托，自终止之时起受托人不得再以委托人名义办理任何事项。",
)
FIRST, SECOND = "帮办委〔2026〕57号", "帮办委〔2026〕118号"

MANDATE = Sample(
    Mandate(
        issuer=SERVICES,
        title="领办代办帮办委托书",
        firm=FIRM,
        represented_by=SECRETARY,
        agent=AGENT,
        scopes=(
            Scope(
                matter="二期项目“桩基及土方”阶段施工许可",
                department=HOUSING,
                powers=("填报和递交申请材料", "查询办理进展", "领取许可证书"),
            ),
            Scope(
                matter="二期项目用地规划许可变更",
                department=LAND,
                powers=("填报和递交申请材料", "查询办理进展", "签收补正告知"),
            ),
        ),
        excluded=EXCLUDED,
        starts_on=date(2026, 5, 18),
        ends_on=date(2026, 11, 17),
        terms=TERMS,
    ),
    imprint(FIRST, date(2026, 5, 18), "sample-mandate-6b4z"),
)

RENEWAL = Sample(
    MandateRenewal(
        issuer=SERVICES,
        title="领办代办帮办续办委托书",
        previous_number=FIRST,
        previous_ends_on=date(2026, 11, 17),
        reason="委托期限届满，二期项目用地规划许可变更因控制性详细规划局部调整尚未办结，企业要求继续办理。",
        progress=(
            "“桩基及土方”阶段施工许可：材料已递交并受理，预计11月19日核发。",
            "用地规划许可变更：待控制性详细规划局部调整批复后递交。",
        ),
        firm=FIRM,
        represented_by=SECRETARY,
        agent=AGENT,
        scopes=(
            Scope(
                matter="二期项目用地规划许可变更",
                department=LAND,
                powers=("填报和递交申请材料", "查询办理进展", "签收补正告知", "领取许可证书"),
            ),
        ),
        excluded=EXCLUDED,
        starts_on=date(2026, 11, 18),
        ends_on=date(2027, 5, 17),
        terms=TERMS,
    ),
    imprint(SECOND, date(2026, 11, 17), "sample-renewal-1g9h"),
)

END = Sample(
    MandateEnd(
        issuer=SERVICES,
        title="领办代办帮办终止单",
        mandate_number=SECOND,
        firm=FIRM,
        represented_by=SECRETARY,
        agent=AGENT,
        starts_on=date(2026, 11, 18),
        ends_on=date(2027, 5, 17),
        ended_on=date(2027, 1, 20),
        ended_by="委托人（企业）",
        reason="企业已设立专职报建岗位，用地规划许可变更改由企业自行办理。",
        matters=(
            HandedBack(
                matter="二期项目用地规划许可变更",
                standing="2027年1月12日递交，1月14日受理，法定办结期限为2027年2月10日",
                goes_on_with="企业报建专员 周旸",
            ),
        ),
        returned=("企业营业执照复印件一份", "用地红线图一套", "补正告知书一份"),
    ),
    imprint("帮办终〔2027〕6号", date(2027, 1, 20), "sample-end-0s8y"),
)
