"""What an enterprise is asked, category by category: the fewest questions a department needs to start at once.

This is what the product ships: version 1 of every set, which a migration writes into the table of sets. A change here
reaches no installation; administrators adopt further versions. The English of these very texts stands in the
catalogue, whatever version they are asked in.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.demands.questions.kinds import Category, Question

CATEGORIES: tuple[Category, ...] = (
    Category(
        "FINANCE",
        pgettext_lazy("诉求类别", "融资"),
        _("写清用在哪里、什么时候用。例：“支付12月原料采购款，供货合同已签”。不用写商业秘密。"),
    ),
    Category(
        "LAND",
        pgettext_lazy("诉求类别", "用地"),
        _("写清地块在哪里、手续停在哪一步。例：“园区三号地块已摘牌，土地出让合同已签，还没有拿到不动产权证”。"),
    ),
    Category(
        "ENERGY",
        pgettext_lazy("诉求类别", "用电用能"),
        _("写清现有容量、需要多少、哪天要用上。例：“现有630千伏安，需增到1250千伏安，12月20日设备试车”。"),
    ),
    Category(
        "CONSTRUCTION",
        pgettext_lazy("诉求类别", "工程建设"),
        _("写清项目名称和卡住的那一个环节。例：“二号厂房已竣工，消防验收受理后20天没有安排现场”。"),
    ),
    Category(
        "ENVIRONMENT",
        pgettext_lazy("诉求类别", "生态环境"),
        _("写清手续名称和对生产的影响。例：“排污许可证下月到期，延续申请已提交，还没有审查意见”。"),
    ),
    Category(
        "APPROVAL",
        pgettext_lazy("诉求类别", "市场准入与审批"),
        _("写清办什么事、哪天递交、窗口怎么答复。例：“食品生产许可变更，8日递交，窗口说要补检验报告”。"),
    ),
    Category(
        "POLICY",
        pgettext_lazy("诉求类别", "惠企政策兑现"),
        _("写清是哪一项政策、到了哪一步。例：“设备更新奖补已公示，42万元还没有到账”。"),
    ),
    Category(
        "TALENT",
        pgettext_lazy("诉求类别", "人才与社保"),
        _("写清涉及多少人、材料交到哪里。例：“12名新招职工的社保补贴，材料退回两次，理由不一样”。"),
    ),
    Category(
        "TRANSPORT",
        pgettext_lazy("诉求类别", "交通物流"),
        _("写清路线和车辆。例：“风机叶片车从厂区到省道，全长62米，需在本月25日前通行”。"),
    ),
    Category(
        "TECHNOLOGY",
        pgettext_lazy("诉求类别", "科技创新"),
        _("写清项目名称和截止日期。例：“高新技术企业重新认定，申报系统本月底关闭，缺一份审计口径说明”。"),
    ),
    Category(
        "MARKET",
        pgettext_lazy("诉求类别", "市场监管"),
        _("写清是哪个单位、什么事、希望怎么办。例：“住所已变更，仍列在经营异常名录，影响投标”。"),
    ),
    Category(
        "ARREARS",
        pgettext_lazy("诉求类别", "账款拖欠"),
        _("写清谁欠、欠多少、合同约定哪天付。例：“道路维修工程款86万元，去年9月验收，约定30日内付清”。"),
    ),
    Category(
        "SAFETY",
        pgettext_lazy("诉求类别", "安全生产"),
        _("写清装置或场所、是否影响生产。例：“储罐区整改已完成，等待复查，两条线停产”。"),
    ),
    Category(
        "OTHER",
        pgettext_lazy("诉求类别", "其他"),
        _("一件诉求只写一件事，写清找过谁、卡在哪里。例：“政务平台上传附件报错，已打过服务电话，没有解决”。"),
    ),
)

COMMON: tuple[Question, ...] = (
    Question(
        "title",
        _("一句话说明诉求"),
        "text",
        required=True,
        hint=_("写具体的事，例：流动资金贷款到期续贷"),
        maximum_length=60,
    ),
    Question(
        "text",
        _("情况说明"),
        "long",
        required=True,
        hint=_("发生了什么、已经做过什么、现在卡在哪里"),
        minimum_length=10,
    ),
    Question(
        "wanted",
        _("希望结果"),
        "text",
        required=True,
        hint=_("写到什么程度算办成，例：11月底前取得供电方案答复单"),
    ),
)

QUESTIONS: dict[str, tuple[Question, ...]] = {
    "FINANCE": (
        Question(
            "support",
            _("需要哪种融资支持？"),
            "choice",
            required=True,
            choices=(
                ("NEW_LOAN", _("新增贷款"), ""),
                ("RENEWAL", _("到期续贷"), _("原贷款 90 天内到期")),
                ("GUARANTEE", _("担保或抵押登记"), ""),
                ("SUBSIDY", _("贴息、补贴等政策"), ""),
            ),
        ),
        Question(
            "amount",
            _("融资金额"),
            "number",
            required=True,
            hint=_("写这次需要的数，不是授信总额"),
            unit=pgettext_lazy("计量单位", "万元"),
        ),
        Question(
            "use",
            _("资金用途"),
            "long",
            required=True,
            hint=_("写明用在哪里、什么时候用"),
            minimum_length=10,
        ),
        Question("loan_due", _("原贷款到期日"), "date", required=False, hint=_("到期续贷的请填写，其他不用填")),
        Question(
            "bank_asked",
            _("是否已向银行提出？"),
            "choice",
            required=True,
            choices=(
                ("WAITING", _("已提出，未答复"), ""),
                ("REFUSED", _("已提出，被拒绝"), ""),
                ("NOT_YET", _("还没有提出"), ""),
            ),
        ),
    ),
    "LAND": (
        Question(
            "stage",
            _("用地手续到哪一步？"),
            "choice",
            required=True,
            choices=(
                ("SITE", _("还没有落实地块"), ""),
                ("APPROVAL", _("正在报批"), _("预审、农用地转用、征收等")),
                ("SUPPLIED", _("已供地，手续未完"), ""),
                ("REGISTRATION", _("已建成，产权登记未办完"), ""),
            ),
        ),
        Question("place", _("地块位置"), "text", required=True, hint=_("写到园区、苏木镇或道路")),
        Question("area", _("用地面积"), "number", required=True, unit=pgettext_lazy("计量单位", "亩")),
        Question("start_on", _("计划开工日期"), "date", required=False),
    ),
    "ENERGY": (
        Question(
            "kind",
            _("哪一类用能？"),
            "choice",
            required=True,
            choices=(
                ("POWER", _("用电报装或增容"), ""),
                ("PRICE", _("电价、停电和供电质量"), ""),
                ("HEAT_GAS", _("供热、蒸汽、燃气"), ""),
                ("RENEWABLE", _("新能源并网"), ""),
                ("SAVING", _("节能审查"), ""),
            ),
        ),
        Question(
            "capacity",
            _("现有和需要的容量"),
            "text",
            required=True,
            hint=_("例：现有630千伏安，需要1250千伏安；停电、电价问题写受影响的用量"),
        ),
        Question(
            "applied",
            _("是否已向供能单位或主管部门申请？"),
            "choice",
            required=True,
            choices=(
                ("NOT_YET", _("还没有申请"), ""),
                ("WAITING", _("已申请，未答复"), ""),
                ("REFUSED", _("已申请，答复不能办"), ""),
            ),
        ),
        Question("needed_by", _("最晚哪天要用上"), "date", required=False),
    ),
    "CONSTRUCTION": (
        Question("project", _("工程项目名称"), "text", required=True, hint=_("写备案或许可上的名称")),
        Question(
            "stage",
            _("工程到哪一步？"),
            "choice",
            required=True,
            choices=(
                ("PERMIT", _("办理规划、施工许可"), ""),
                ("BUILDING", _("正在施工"), ""),
                ("ACCEPTANCE", _("验收和备案"), ""),
                ("UTILITIES", _("水、路、灯等配套"), ""),
            ),
        ),
        Question("blocked", _("卡在哪个环节"), "text", required=True, hint=_("有受理编号的请写上")),
        Question("use_on", _("计划投入使用日期"), "date", required=False),
    ),
    "ENVIRONMENT": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("ASSESSMENT", _("环境影响评价"), ""),
                ("PERMIT", _("排污许可、排水许可"), ""),
                ("MONITORING", _("自动监测、执法检查"), ""),
                ("CHARGE", _("污水处理收费和标准"), ""),
            ),
        ),
        Question("papers", _("已有的批复或许可编号"), "text", required=False),
        Question("effect", _("对生产的影响"), "long", required=True, minimum_length=10),
    ),
    "APPROVAL": (
        Question("item", _("申请办理的事项"), "text", required=True, hint=_("写办事指南上的名称")),
        Question(
            "progress",
            _("办到哪一步？"),
            "choice",
            required=True,
            choices=(
                ("NOT_SUBMITTED", _("还没有递交材料"), ""),
                ("WAITING", _("已递交，等待结果"), ""),
                ("RETURNED", _("材料被退回"), ""),
                ("REFUSED", _("已书面答复不能办"), ""),
            ),
        ),
        Question("submitted_on", _("递交日期"), "date", required=False, hint=_("还没有递交的不用填")),
    ),
    "POLICY": (
        Question("policy", _("政策名称或文号"), "text", required=True, hint=_("不清楚文号的，写从哪里听说的")),
        Question(
            "progress",
            _("到哪一步？"),
            "choice",
            required=True,
            choices=(
                ("ASKING", _("想了解能不能享受"), ""),
                ("APPLYING", _("正在申报"), ""),
                ("RETURNED", _("申报被退回"), ""),
                ("APPROVED", _("已公示或批准，资金未到"), ""),
            ),
        ),
        Question("amount", _("涉及金额"), "number", required=False, unit=pgettext_lazy("计量单位", "万元")),
        Question("approved_on", _("公示或批准日期"), "date", required=False),
    ),
    "TALENT": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("INSURANCE", _("社会保险、工伤"), ""),
                ("SUBSIDY", _("就业和培训补贴"), ""),
                ("TITLE", _("职称、人才待遇"), ""),
                ("RECRUIT", _("招工用工"), ""),
                ("HOURS", _("工时和劳动关系"), ""),
            ),
        ),
        Question("people", _("涉及人数"), "number", required=True, unit=pgettext_lazy("计量单位", "人")),
        Question("handled_at", _("材料交到哪里"), "text", required=False, hint=_("窗口或网上系统的名称")),
    ),
    "TRANSPORT": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("PASS", _("通行证、大件运输"), ""),
                ("LICENCE", _("营运许可和证件"), ""),
                ("ROAD", _("道路、出入口和限高设施"), ""),
            ),
        ),
        Question("route", _("路线或位置"), "text", required=True, hint=_("写起点、终点或路名和里程桩号")),
        Question("vehicles", _("涉及车辆"), "number", required=False, unit=pgettext_lazy("计量单位", "辆")),
        Question("needed_by", _("最晚哪天要通行"), "date", required=False),
    ),
    "TECHNOLOGY": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("RECOGNITION", _("企业资质认定"), ""),
                ("PROJECT", _("科技项目立项、变更、验收"), ""),
                ("RESEARCH_COST", _("研发费用"), ""),
                ("COOPERATION", _("产学研合作、成果转化"), ""),
                ("DIGITAL", _("智能化、数字化改造"), ""),
            ),
        ),
        Question("project", _("项目或资质名称"), "text", required=True),
        Question("deadline", _("申报或验收截止日期"), "date", required=False),
    ),
    "MARKET": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("INSPECTION", _("检查和处罚"), ""),
                ("CREDIT", _("信用修复、经营异常名录"), ""),
                ("RIGHTS", _("商标、专利维权"), ""),
                ("STANDARD", _("标准、检验和检疫"), ""),
            ),
        ),
        Question("agency", _("涉及的单位"), "text", required=True, hint=_("写单位名称，不用写个人姓名")),
        Question("paper", _("文书名称或编号"), "text", required=False),
    ),
    "ARREARS": (
        Question(
            "debtor_kind",
            _("欠款单位是哪一类？"),
            "choice",
            required=True,
            choices=(
                ("PUBLIC", _("机关、事业单位"), ""),
                ("STATE_FIRM", _("国有企业"), ""),
                ("LARGE_FIRM", _("其他大型企业"), ""),
            ),
        ),
        Question("debtor", _("欠款单位名称"), "text", required=True),
        Question("amount", _("拖欠金额"), "number", required=True, unit=pgettext_lazy("计量单位", "万元")),
        Question("due_on", _("合同约定付款日"), "date", required=True),
    ),
    "SAFETY": (
        Question(
            "matter",
            _("哪一类事项？"),
            "choice",
            required=True,
            choices=(
                ("LICENCE", _("安全许可、设计审查"), ""),
                ("TRAINING", _("考核和发证"), ""),
                ("PLAN", _("应急预案"), ""),
                ("HAZARD", _("隐患整改、复查复产"), ""),
                ("EQUIPMENT", _("特种设备"), ""),
            ),
        ),
        Question("place", _("涉及的装置或场所"), "text", required=True),
        Question(
            "effect",
            _("是否影响生产？"),
            "choice",
            required=True,
            choices=(
                ("NONE", _("不影响"), ""),
                ("PARTLY", _("部分停产"), ""),
                ("STOPPED", _("全部停产"), ""),
            ),
        ),
    ),
    "OTHER": (
        Question("subject", _("涉及哪个方面"), "text", required=True),
        Question("contacted", _("已经找过哪些单位"), "text", required=False, hint=_("写单位名称和大致答复")),
    ),
}


COMMON_KEYS = tuple(question.key for question in COMMON)  # they fill columns of a case of their own


def shipped(category_code: str) -> tuple[Question, ...]:
    """The first set of a category: the common questions, and those of the category if it is one we ship."""
    return (*COMMON, *QUESTIONS.get(category_code, ()))
