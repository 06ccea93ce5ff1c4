"""Samples of 受理回执 and 办理单."""

from datetime import date

from documents.content.case_file import CaseFile, Fact, File, Limit, PlanStep, Request, Result, Step
from documents.content.receipt import Receipt, Term
from documents.samples.parts import FIRM, HOUSING, OFFICE, Sample, at, imprint

NUMBER = "1506002026031842"
MATTER = "二期厂房桩基施工许可迟迟不予核发"

RECEIPT = Sample(
    Receipt(
        issuer=OFFICE,
        title=f"诉求{NUMBER}受理回执",
        case_number=NUMBER,
        firm=FIRM.name,
        matter=MATTER,
        category="工程建设",
        klass="复杂",
        received_at=at("2026-12-21T09:12"),
        accepted_at=at("2026-12-21T10:40"),
        accepted_by=f"{OFFICE} · 受理员",
        terms=(
            Term(what="主办部门第一次联系您", limit="派单后 4 个工作小时内"),
            Term(
                what="主办部门答复办理结果",
                limit="15 个工作日",
                due_at=at("2027-01-13T00:00"),
                due="2027年1月12日 24:00",
                provisional=True,
            ),
        ),
        rights=("主办部门没有按时联系您的，可以标记“未联系”，由平台核实。", "可以催办，每 2 个工作日一次。"),
        ways=(f"登录平台，在“诉求列表”中按编号 {NUMBER} 查看进度、时限和每一步的办理单位。",),
    ),
    imprint("鄂尔多斯市政企受〔2026〕318号", date(2026, 12, 21), "sample-receipt-4m2k"),
)

CASE_FILE = Sample(
    CaseFile(
        issuer=OFFICE,
        title=f"诉求{NUMBER}办理单",
        edition="承办部门版",
        internal=True,
        case_number=NUMBER,
        matter=MATTER,
        state="已办结",
        round=1,
        facts=(
            Fact(name="基本情况", words="复杂 · 工程建设 · 鄂尔多斯市 · 公开"),
            Fact(name="主办", words=HOUSING),
            Fact(name="承办人", words="李镕"),
        ),
        words="二期厂房基坑支护方案已于十月报审，至今没有核发桩基施工许可。\n设备进场在即，每拖一天损失租金两万元。",
        told=(Fact(name="企业", words=FIRM.name), Fact(name="希望结果", words="核发桩基及土方阶段施工许可")),
        requests=(
            Request(
                what="企业补充",
                asked_at=at("2026-11-03T09:20"),
                points=("基坑支护专项方案的专家意见",),
                answer="已上传。",
                answered_at=at("2026-11-04T16:05"),
            ),
        ),
        plan=(PlanStep(words="分阶段核发桩基施工许可", due_on=date(2026, 11, 12)),),
        results=(
            Result(
                round=1,
                outcome="解决",
                reply="桩基及土方阶段施工许可已于11月11日核发。",
                evidence="施工许可证 150602202611110101",
                submitted_at=at("2026-11-11T15:00"),
                signed_at=at("2026-11-11T16:30"),
            ),
        ),
        opinion="已解决",
        opinion_words="感谢。",
        limits=(
            Limit(
                what="办结",
                limit="15 个工作日",
                started_at=at("2026-10-28T10:40"),
                due_at=at("2026-11-19T00:00"),
                due="2026年11月18日 24:00",
                stopped_at=at("2026-11-11T15:00"),
                kept="按时",
            ),
        ),
        files=(
            File(
                name="专家意见.pdf",
                sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                size=182304,
                added_by="企业",
                added_at=at("2026-11-04T16:05"),
            ),
        ),
        steps=(
            Step(sequence=1, at=at("2026-10-27T09:12"), what="提交", who=f"企业经办人 · {FIRM.name}"),
            Step(
                sequence=2,
                at=at("2026-10-28T10:40"),
                what="受理",
                who=f"受理员 · {OFFICE}",
                words="定为工程建设类、复杂",
            ),
            Step(
                sequence=3,
                at=at("2026-11-02T11:00"),
                what="内部备注",
                who=f"承办人 · {HOUSING}",
                said="方案已送审图机构。",
                internal=True,
            ),
        ),
        head_sequence=12,
        head_sha256="60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    ),
    imprint("鄂尔多斯市政企办〔2026〕57号", date(2026, 11, 12), "sample-case-file-8t3w"),
)
