"""Samples of 督办单, 交办单, 办结单 and 答复函."""

from datetime import date

from documents.content.closing import ClosingSheet, Step
from documents.content.letters import ReplyLetter
from documents.content.orders import DispatchSheet, Level, Origin, SupervisionOrder
from documents.content.parts import Basis, Contact, Person, Section
from documents.samples.parts import FIRM, HOUSING, LAND, OFFICE, OFFICE_DESK, Sample, at, imprint

CASE = "鄂企诉〔2026〕0318号"
MATTER = "二期厂房桩基施工许可迟迟不予核发"

SUPERVISION = Sample(
    SupervisionOrder(
        issuer=OFFICE,
        title="接诉即办督办单",
        level=Level.ORANGE,
        case_number=CASE,
        matter=MATTER,
        firm=FIRM,
        department=HOUSING,
        addressee=Person(name="赵喆", post="党组成员、副局长", organisation=HOUSING),
        cause="办结时限届满后三个工作日仍未办结，且蓝单未按期回复",
        due_at=at("2026-11-12T17:30"),
        situation=(
            "企业于2026年10月27日提出诉求，10月28日派至你局，10月29日签收，办理期限为11个工作日。"
            "你局已于10月29日与企业取得首次联系，11月3日登记办理方案。",
            "截至2026年11月17日，企业补齐的基坑支护专项方案仍在内部流转，未出具审查意见；"
            "11月13日发出的蓝单（督办〔2026〕27号）至今未见书面回复。",
        ),
        demands=(
            "由分管负责人直接调度，于回复期限以前出具审查意见，符合条件的同步核发“桩基及土方”阶段施工许可。",
            "书面说明逾期原因和责任环节，提出整改措施和完成日期。",
            "办理进展每日录入政企直通系统，并于当日告知企业。",
        ),
        reply_by=at("2026-11-19T17:30"),
        supervisor="旻祎",
        approved_by="陈堃",
        contact=OFFICE_DESK,
        copies_to=("市住房和城乡建设局党组", "联系该企业的党组书记"),
    ),
    imprint("督办〔2026〕31号", date(2026, 11, 17), "sample-supervision-7c5q"),
)

DISPATCH = Sample(
    DispatchSheet(
        issuer=OFFICE,
        title="领导批示事项交办单",
        origin=Origin(
            source="民企信息直报",
            number="直报〔2026〕9号",
            by="市委书记 乔睿",
            on=date(2026, 11, 10),
            words=(
                "请市自然资源局研究提出意见，依法依规支持企业用足存量土地，十个工作日内书面反馈。",
                "类似问题不止一家，请一并梳理，拿出制度性办法。",
            ),
        ),
        case_number="鄂企诉〔2026〕0341号",
        matter="工业项目容积率上限过低，制约企业在存量土地上扩大产能",
        firm=FIRM,
        facts=(
            "企业反映，二期项目拟建三层立体厂房，现行规划确定的容积率上限为1.5，若按此建设需另行供地20余亩，"
            "增加土地投入约640万元，推迟投产八个月以上。",
        ),
        lead=LAND,
        with_others=("康巴什区人民政府", HOUSING),
        demands=(
            "研究控制性详细规划局部调整的可行性，提出明确意见和时间安排。",
            "梳理全市同类工业项目，形成提高工业用地容积率的制度性建议。",
            "自签收之日起一个工作日内与企业联系，办理结果书面答复企业。",
        ),
        due_on=date(2026, 11, 24),
        report_to="市委书记办公室，同时报送市政企直通办公室",
        approved_by="陈堃",
        contact=OFFICE_DESK,
    ),
    imprint("交办〔2026〕16号", date(2026, 11, 10), "sample-dispatch-2x6d"),
)

CLOSING = Sample(
    ClosingSheet(
        issuer=OFFICE,
        title="企业诉求办结单",
        case_number=CASE,
        matter=MATTER,
        firm=FIRM,
        category="工程建设审批",
        urgency="一般",
        round=1,
        lead=HOUSING,
        with_others=("鄂尔多斯市行政审批政务服务与数据管理局",),
        handler="高赟",
        steps=(
            Step(name="提交", at=at("2026-10-27T10:14")),
            Step(name="受理", at=at("2026-10-27T11:02"), note="按时"),
            Step(name="派单", at=at("2026-10-28T09:20"), note="按时"),
            Step(name="签收", at=at("2026-10-29T08:45"), note="按时"),
            Step(name="首联", at=at("2026-10-29T15:30"), note="电话，按时"),
            Step(name="登记方案", at=at("2026-11-03T16:10"), note="按时"),
            Step(name="提交结果", at=at("2026-11-19T11:35"), note="逾期五个工作日，已督办"),
            Step(name="审签通过", at=at("2026-11-19T16:48"), note="按时"),
            Step(name="企业确认", at=at("2026-11-20T09:05"), note="按时"),
        ),
        due_at=at("2026-11-12T17:30"),
        in_time=False,
        outcome="解决",
        done=(
            "市住房和城乡建设局对企业补齐的基坑支护专项方案出具审查意见，于2026年11月19日核发"
            "“桩基及土方”阶段施工许可，证书已由帮办代办员送达企业。",
            "主体阶段施工许可待施工图审查合格后另行办理，所需材料已一次性书面告知。",
        ),
        basis=(Basis(title="建筑工程施工许可管理办法", clause="第四条、第五条"),),
        evidence=("桩基及土方阶段施工许可证（复印件）", "基坑支护专项方案审查意见", "企业联系记录"),
        signed_off_by=Person(name="赵喆", post="党组成员、副局长", organisation=HOUSING),
        signed_off_at=at("2026-11-19T16:48"),
        confirmation="已解决",
        confirmed_at=at("2026-11-20T09:05"),
    ),
    imprint("办结〔2026〕0318号", date(2026, 11, 20), "sample-closing-8v3n"),
)

REPLY = Sample(
    ReplyLetter(
        issuer=HOUSING,
        title="关于二期厂房桩基施工许可有关诉求的答复函",
        mark=HOUSING,
        to=FIRM.name,
        case_number=CASE,
        submitted_on=date(2026, 10, 27),
        opening=("经与你公司沟通核实，现就二期厂房桩基施工许可的有关问题答复如下：",),
        sections=(
            Section(
                heading="办理情况",
                paragraphs=(
                    "我局于10月29日与你公司项目总监吴赟同志取得联系，确认你公司拟先行实施桩基和土方工程。"
                    "经审查，你公司11月9日补齐的基坑支护专项方案符合要求，质量安全监督手续齐备。"
                    "我局已于11月19日核发“桩基及土方”阶段施工许可，可以据此组织施工。",
                    "本件办理超过原定期限五个工作日，原因是专项方案在我局内部流转衔接不畅。对此给你公司带来的不便，"
                    "我局深表歉意，已对相关环节作出整改。",
                ),
            ),
            Section(
                heading="后续事项",
                paragraphs=(
                    "主体阶段的施工许可，请在施工图审查合格以后另行申请，所需材料清单附后。"
                    "我局将在材料齐全之日起三个工作日内办结。",
                ),
            ),
        ),
        outcome="解决",
        basis=(
            Basis(title="中华人民共和国建筑法", clause="第七条、第八条"),
            Basis(title="建筑工程施工许可管理办法", clause="第四条、第五条"),
        ),
        remedies=(
            "请你公司在收到本函后七日内登录政企直通系统确认办理结果。未解决或者部分解决的，可以申请重办；"
            "对办结结果有异议的，可以在办结后二十八日内申请复核一次。",
        ),
        contact=Contact(name="建筑市场监管科 高赟", phone="0477-8500237"),
        attachments=("桩基及土方阶段施工许可证", "主体阶段施工许可申请材料清单"),
        copies_to=("市政企直通办公室", "市行政审批政务服务与数据管理局"),
    ),
    imprint("鄂住建函〔2026〕218号", date(2026, 11, 19), "sample-reply-5r1j"),
)
