"""Demand texts without end: the written ones told for other firms, and ones put together from sentences. Pure.

Every sentence fits any demand of its kind, and no number contradicts another, because a text has each number once.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from cases.demands.enums import Klass, Outcome
from config.demo import words
from config.demo.demand_texts.template import DemandText
from config.demo.duty_list import DutyLine
from config.demo.whole_city.departments import LIKE
from config.demo.whole_city.things import THINGS

STATES = (
    "等待{weeks}周没有答复",
    "两个窗口说法不一",
    "材料补正三次仍未通过",
    "卡在内部会签环节",
    "系统一直显示审核中",
    "不清楚还差哪份材料",
    "换了经办人后没有进展",
    "超过承诺的办理期限",
    "一直排不上现场核查",
    "被要求重新提交一遍",
)
STUCK = (
    "窗口第一次说材料齐全，第二次又说缺少一份盖章说明",
    "两个科室的说法不一样，一个说可以办，一个说要等上级文件",
    "网上一直显示“审核中”，电话转接三次没有问到结果",
    "现场核查约了两次，都因为人员调不开改期",
    "经办人轮岗以后，接手的同志说没有收到卷宗",
    "说要等另一个部门出意见，那个部门说没有收到函",
    "受理通知书写明的期限已经过去，没有书面说明原因",
    "同一份材料在两个系统里各传了一遍，仍然提示不完整",
)
TRIED = (
    "期间到窗口问过三次",
    "期间打过两次服务电话",
    "期间请园区出面协调过一次",
    "期间按要求补交了盖章页",
    "期间书面说明过情况，没有回执",
    "期间预约过一次现场沟通",
)
HARM = (
    "设备已经到场，不能按期安装调试",
    "下游订单写有违约条款，交货期只能往后推",
    "二十多名新招的工人只能轮休",
    "租用的临时场地每天都在付费",
    "银行放款以这份文件为前提，资金周转紧张",
    "年度投标需要这份结果，错过就要等到明年",
    "采暖季之前做不完，现场只能停到开春",
    "同一批项目里别的企业已经办完，我们不明白差在哪里",
)
WANTED = (
    "{d+15}前办结",
    "{d+20}前给出书面结果",
    "一次说清还差哪些材料",
    "明确由谁负责、哪天办完",
    "{d+18}前安排现场核查",
    "书面答复能否办理和依据",
)
ASKING = (
    "想了解{thing}的条件、材料和办理时限",
    "想确认{thing}在哪里提出、要不要先到窗口预约",
    "想问{thing}今年的口径有没有变化",
)
ASKING_WHY = (
    "公开的指南有两个版本，所列材料不同",
    "电话问过两次，两位同志的答复不一样",
    "去年同行办过，听说今年要求有变化，网上没有查到",
    "我公司情况比较少见，指南里没有写明",
)
CHECKED = (
    "{r-4}调阅受理记录，材料在内部流转时漏了一份附页，已经找到",
    "{r-5}召集有关科室核对，贵公司材料齐全，此前的补正要求有重复",
    "{r-4}到现场核查，情况与企业所说一致",
    "{r-6}与相关单位会商，不再要求另行出具意见",
    "{r-3}核对两个系统的数据，差异由系统同步造成，已经更正",
)
DONE = (
    "{r-2}完成会签，{r-1}办理完毕，结果已送达企业经办人",
    "{r-2}出具书面意见，{r-1}由专人送到贵公司",
    "{r-1}已办结，结果可以在网上查询和下载",
    "{r-1}办理完毕，并把办理过程书面告知企业经办人",
)
PARTLY = (
    "{r-1}先办结可以单独办理的部分；其余部分须等一份评估报告，{r+20}前办完，由经办人逐周告知进度",
    "{r-2}先出具阶段性意见，企业可据此开展前期工作；正式文件{r+15}前送达",
)
AFTER = (
    "今后同类事项一次列清材料，不再分次补正",
    "办理指南{r+5}前更新",
    "窗口已安排专人跟踪后续环节",
)
CONTACTS = (
    "电话联系企业经办人，核对{thing}的受理编号和已交材料。",
    "电话联系企业经办人，问清{thing}办到哪一步，约定三天内再次通话。",
    "上门查看现场，核对{thing}的材料原件。",
)
PLANS = (
    ("核对受理记录和已交材料", "会同有关科室核实", "出具书面结果"),
    ("到现场核查", "一次列清还需要的材料", "办理并送达结果"),
    ("与相关单位会商", "明确办理路径和日期", "办结后书面告知"),
    ("调阅卷宗", "征求业务科室意见", "答复企业"),
)
# Who owes, and the word for it.
DEBTORS = {
    "PUBLIC": ("一所公办学校", "一家公立医院", "一家事业单位"),
    "STATE_FIRM": ("一家国有企业",),
    "LARGE_FIRM": ("一家大型企业",),
}
OUTCOMES = {
    Outcome.SOLVED: 64,
    Outcome.PARTLY: 17,
    Outcome.EXPLAINED: 12,
    Outcome.NOT_SUPPORTED: 4,
    Outcome.LEGAL_ROUTE: 1,
    Outcome.IMPOSSIBLE: 2,
}


def likeness(duty: DutyLine) -> str:
    """The matter of the city's list whose words fit this one."""
    return LIKE.get(duty.code, duty.code)


def retold(template: DemandText, duty: DutyLine, random: Random) -> DemandText:
    """A written demand in the mouth of another firm, for this duty."""
    we = random.choice(("我公司", "我公司", "我司", "本公司"))
    return replace(template, duty_code=duty.code, text=template.text.replace("我公司", we))


def put_together(duty: DutyLine, random: Random) -> DemandText:
    """A demand about one of the things of this duty."""
    thing = random.choice(THINGS[likeness(duty)])
    if duty.category == "ARREARS":
        return _arrears(thing, duty, random)
    tell = _inquiry if duty.klass == Klass.INQUIRY else _ordinary
    title, text, wanted = tell(thing, random)
    return _demand(duty, thing, title, text, wanted, ANSWERS[duty.category](thing, random), random)


def _demand(
    duty: DutyLine, thing: str, title: str, text: str, wanted: str, answers: Mapping[str, str], random: Random
) -> DemandText:
    return DemandText(
        category=duty.category,
        duty_code=duty.code,
        title=title,
        text=text,
        wanted=wanted,
        answers=answers,
        result_text="",
        plan_steps=random.choice(PLANS),
        first_contact=random.choice(CONTACTS).format(thing=thing),
        outcome="",
    )


def with_result(text: DemandText, outcome: str | None, random: Random) -> DemandText:
    """The same demand with a result of this outcome, or of any; what a written one brings along stays if it may."""
    if text.outcome and outcome in (None, text.outcome):
        return text
    said = Outcome(outcome or random.choices(list(OUTCOMES), list(OUTCOMES.values()))[0])
    if said == Outcome.SOLVED:
        result = f"我单位{random.choice(CHECKED)}。{random.choice(DONE)}。{random.choice(AFTER)}。"
    elif said == Outcome.PARTLY:
        result = f"我单位{random.choice(CHECKED)}。{random.choice(PARTLY)}。"
    else:
        result = words.OTHER_RESULTS[said]
    return replace(text, outcome=said.value, result_text=result)


def _ordinary(thing: str, random: Random) -> tuple[str, str, str]:
    weeks = random.randrange(2, 8)
    state, since = random.choice(STATES).format(weeks="两三四五六七"[weeks - 2]), weeks * 7 + random.randrange(3)
    one, other = random.sample(HARM, 2)
    text = (
        f"我公司办理{thing}，{{d-{since}}}提交申请，材料按公布的清单备齐。{random.choice(STUCK)}。"
        f"{random.choice(TRIED)}，都没有得到书面意见。目前{one}；{other}。希望有一个单位把这件事接住，给出确定的日期。"
    )
    return thing + state, text, random.choice(WANTED)


def _inquiry(thing: str, random: Random) -> tuple[str, str, str]:
    wish = random.choice(ASKING).format(thing=thing)
    text = (
        f"我公司计划{{d+{random.randrange(20, 60)}:month}}办理{thing}，{wish}。{random.choice(ASKING_WHY)}。"
        f"{random.choice(TRIED)}，没有书面依据，内部不敢据此安排。请说明适用条件、所需材料和办理地点，最好附上办事指南。"
    )
    return (
        f"{thing}{random.choice(('怎么办理', '需要哪些材料', '条件和时限咨询', '口径咨询'))}",
        text,
        "书面说明条件、材料和时限",
    )


def _arrears(thing: str, duty: DutyLine, random: Random) -> DemandText:
    amount, since, kind = random.randrange(12, 190), random.randrange(150, 320), random.choice(list(DEBTORS))
    text = (
        f"我公司承担的{thing}，{{d-{since}:month}}已经验收或者期满，合同约定60日内付清或者退还。至今尚有{amount}万元没有"
        f"到账，对方说资金计划还没有下达，没有给出日期。{random.choice(TRIED)}。我公司要支付材料款和工人工资，"
        f"只能先用短期借款垫付，利息每个月都在增加。"
    )
    answers = {
        "debtor_kind": kind,
        "debtor": random.choice(DEBTORS[kind]),
        "amount": str(amount),
        "due_on": f"{{d-{since - 60}:iso}}",
    }
    title = f"{thing}{'' if thing.endswith(('保证金', '保函')) else '款'}{amount}万元逾期未付"
    return _demand(duty, thing, title, text, "明确付款单位和付款日期", answers, random)


# The answers to the questions of a category, for a thing; those about arrears go with their text.
ANSWERS: dict[str, Callable[[str, Random], Mapping[str, str]]] = {
    "FINANCE": lambda thing, random: {
        "support": "GUARANTEE" if "抵押" in thing or "担保" in thing else "SUBSIDY" if "贴息" in thing else "NEW_LOAN",
        "amount": str(random.randrange(5, 120) * 10),
        "use": "支付设备尾款和下一季原料采购款，合同已经签订",
        "bank_asked": random.choice(("WAITING", "REFUSED", "NOT_YET")),
    },
    "LAND": lambda thing, random: {
        "stage": "REGISTRATION" if "登记" in thing else "SUPPLIED" if "规划" in thing else "APPROVAL",
        "place": random.choice(("园区东侧现厂区旁", "工业园区三号路北", "园区预留地块")),
        "area": str(random.randrange(5, 160)),
    },
    "ENERGY": lambda thing, random: {
        "kind": _kind_of_energy(thing),
        "capacity": random.choice(
            ("现有630千伏安，需要1250千伏安", "月用量约12万度", "日用汽约30吨", "报装容量400千伏安")
        ),
        "applied": random.choice(("WAITING", "REFUSED")),
    },
    "CONSTRUCTION": lambda thing, random: {
        "project": random.choice(("二期厂房工程", "成品仓库工程", "职工宿舍工程", "物流中心工程")),
        "stage": "ACCEPTANCE" if "验收" in thing or "备案" in thing else "UTILITIES" if "路" in thing else "PERMIT",
        "blocked": thing,
    },
    "ENVIRONMENT": lambda thing, random: {
        "matter": _kind_of_environment(thing),
        "effect": "新增的生产线不能投用，原有产量只有设计能力的六成",
    },
    "APPROVAL": lambda thing, random: {"item": thing, "progress": random.choice(("WAITING", "RETURNED"))},
    "POLICY": lambda thing, random: {
        "policy": thing,
        "progress": random.choice(("APPLYING", "RETURNED", "APPROVED")),
        "amount": str(random.randrange(3, 150)),
    },
    "TALENT": lambda thing, random: {
        "matter": _kind_of_talent(thing),
        "people": str(random.randrange(1, 60)),
        "handled_at": random.choice(("政务大厅社保窗口", "网上办事大厅", "人才服务中心窗口")),
    },
    "TRANSPORT": lambda thing, random: {
        "matter": "PASS" if "运输许可" in thing or "通行证" in thing else "LICENCE" if "营运" in thing else "ROAD",
        "route": random.choice(("厂区南门至省道", "园区北口至高速入口", "物流园至货运站")),
        "vehicles": str(random.randrange(1, 40)),
    },
    "TECHNOLOGY": lambda thing, random: {"matter": _kind_of_technology(thing), "project": thing},
    "MARKET": lambda thing, random: {
        "matter": _kind_of_market(thing),
        "agency": random.choice(("登记窗口", "执法队", "检疫站", "信用平台")),
    },
    "SAFETY": lambda thing, random: {
        "matter": _kind_of_safety(thing),
        "place": random.choice(("储罐区", "一号车间", "锅炉房", "成品仓库")),
        "effect": random.choice(("NONE", "PARTLY", "STOPPED")),
    },
    "OTHER": lambda thing, random: {"subject": thing, "contacted": "办事窗口，答复等待通知"},
}


def _first(thing: str, kinds: tuple[tuple[str, str], ...], rest: str) -> str:
    """The kind of the first pair one of whose characters is in the thing."""
    return next((kind for marks, kind in kinds if any(mark in thing for mark in marks.split())), rest)


def _kind_of_energy(thing: str) -> str:
    kinds = (
        ("节能", "SAVING"),
        ("光伏", "RENEWABLE"),
        ("供热 蒸汽 燃气", "HEAT_GAS"),
        ("电价 停电 跳闸 加价", "PRICE"),
    )
    return _first(thing, kinds, "POWER")


def _kind_of_environment(thing: str) -> str:
    kinds = (("环评 环保", "ASSESSMENT"), ("监测 减排 绩效", "MONITORING"), ("纳管 处理费", "CHARGE"))
    return _first(thing, kinds, "PERMIT")


def _kind_of_talent(thing: str) -> str:
    kinds = (("补贴", "SUBSIDY"), ("职称 人才", "TITLE"), ("招聘 订单班", "RECRUIT"), ("工时 工作制", "HOURS"))
    return _first(thing, kinds, "INSURANCE")


def _kind_of_technology(thing: str) -> str:
    kinds = (
        ("认定", "RECOGNITION"),
        ("鉴定", "RESEARCH_COST"),
        ("转化 共建", "COOPERATION"),
        ("智能 数字", "DIGITAL"),
    )
    return _first(thing, kinds, "PROJECT")


def _kind_of_market(thing: str) -> str:
    kinds = (("检查", "INSPECTION"), ("商标 专利", "RIGHTS"), ("标准 检疫", "STANDARD"))
    return _first(thing, kinds, "CREDIT")


def _kind_of_safety(thing: str) -> str:
    kinds = (("锅炉 叉车 电梯", "EQUIPMENT"), ("考核", "TRAINING"), ("预案", "PLAN"), ("整改", "HAZARD"))
    return _first(thing, kinds, "LICENCE")
