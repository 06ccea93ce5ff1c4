"""Meetings of the demonstration that came to an understanding and left nothing to follow: one topic each. Pure.

With them the offices keep, more or less, to their meeting a month; each begins at a time of its own.
"""

from dataclasses import dataclass
from datetime import date

from config.demo.meeting_texts.shape import MeetingText, TopicText


@dataclass(frozen=True)
class _Line:
    """One meeting: so many months before the as-of month on this day; `chair` is a department or a leader's number."""

    months: int
    day: int
    desk: str
    chair: str | int
    title: str
    place: str
    firms: tuple[int, ...]
    department: str
    topic: str
    text: str
    said: str
    decided: str
    kind: str = "TALK"


_POSTS = ("副市长", "副市长", "市政协副主席")
_LEADERS, _CITY = "leaders", "150600"
_DONGSHENG, _DALAD, _JUNGAR, _EJIN = "150602", "150621", "150622", "150627"

_LINES = (
    # The leaders' office: January, May and August were left out.
    _Line(
        9,
        12,
        _LEADERS,
        1,
        "节后开复工企业恳谈会",
        "市党政大楼二号会议室",
        (17, 36),
        "rsj",
        "节后返岗用工衔接",
        "节后一线工人返岗不足七成，希望有关部门帮助对接周边旗县劳动力。",
        "砾石铸造、云杉智造介绍了节后返岗情况，缺工主要在焊接和机加岗位。市人社局介绍了春季招聘安排。",
        "招聘场次向缺工企业倾斜，零工市场周末开放，企业用工需求由市人社局每周汇总一次对外发布。",
    ),
    _Line(
        8,
        17,
        _LEADERS,
        0,
        "农畜产品加工企业恳谈会",
        "河湾乳品有限公司会议室",
        (12, 22),
        "nmj",
        "春季饲草料储备和价格波动",
        "饲草料价格比去年同期上涨一成多，小规模养殖户补栏意愿下降，原料供应不稳。",
        "河湾乳品、紫苜蓿牧业说明了饲草料库存和价格情况。市农牧局介绍了区外调运和储备投放的安排。",
        "储备饲草料优先保障签有收购合同的养殖户，价格信息每旬发布一次。",
    ),
    _Line(
        5,
        11,
        _LEADERS,
        2,
        "生物医药企业恳谈会",
        "草海生物科技有限公司会议室",
        (23, 32),
        "kjj",
        "中小试平台开放使用",
        "几家企业各自小试，设备利用率低，希望公共平台对企业开放。",
        "甘露草药业、草海生物介绍了小试和中试的需要。市科技局说明，公共平台设备已经具备对外服务条件。",
        "公共平台自下月起对全市企业开放，实行预约使用，收费标准对外公布。",
    ),
    _Line(
        4,
        16,
        _LEADERS,
        0,
        "外贸和供应链企业恳谈会",
        "驼铃供应链有限公司会议室",
        (7, 37),
        "swj",
        "国际班列舱位和集结时间",
        "班列舱位通知时间短，集结货物常常赶不上，希望提前公布计划。",
        "白驼羊绒、驼铃供应链介绍了上半年发运情况。市商务局说明了班列计划的形成过程。",
        "班列月度计划提前十五日向企业公布，临时加开的提前五日通知，重点企业舱位优先安排。",
    ),
    # The city's platform office began in the month of the joint conference; August was left out.
    _Line(
        4,
        22,
        _CITY,
        2,
        "上半年政策兑现情况座谈会",
        "市政务服务中心三楼会议室",
        (13, 28),
        "czj",
        "惠企资金的申报和拨付",
        "同一笔资金要跑两个部门交材料，希望一次申报。",
        "渡头农机、棱光玻璃反映了申报材料重复的情况。市财政局介绍了上半年惠企资金拨付进度。",
        "惠企资金申报统一由平台受理，部门之间共享材料，不再要求企业重复提交。",
        kind="SYMPOSIUM",
    ),
    _Line(
        2,
        17,
        _CITY,
        2,
        "新能源企业并网服务座谈会",
        "沙脊新能源有限公司会议室",
        (15, 38),
        "nyj",
        "并网验收的排期",
        "几个项目集中在四季度并网，担心验收排队。",
        "沙脊新能源、玄石能源介绍了项目进度和并网计划。市能源局说明了验收排期的办法。",
        "并网验收按照项目完工先后排期，排期表每月公开，企业可以提前一个月预约。",
        kind="SYMPOSIUM",
    ),
    _Line(
        1,
        21,
        _CITY,
        "yjj",
        "安全生产服务企业座谈会",
        "市应急管理局四楼会议室",
        (20, 33),
        "zjj",
        "专家帮查和整改指导",
        "中小企业安全管理人员少，希望专家上门时多讲怎么改。",
        "坝梁陶瓷、远泉化工介绍了专家帮查的效果。市应急管理局介绍了四季度帮查安排。",
        "四季度专家帮查以指导整改为主，一般问题当场告知改法，不以查代罚。",
        kind="SYMPOSIUM",
    ),
    # A banner's office from February on, with gaps.
    _Line(
        6,
        19,
        _DONGSHENG,
        "scjgj",
        "东胜区食品加工企业座谈会",
        "沙枣果业有限公司会议室",
        (1, 7),
        "swj",
        "产品进商超的条码和陈列",
        "新产品进商超要交多项费用，希望帮助对接本地商超。",
        "沙枣果业介绍了产品进店的费用和周期。市商务局说明了本地商超开设特产专区的进展。",
        "本地三家商超在国庆前开设特产专区，首批产品免收陈列费。",
        kind="SYMPOSIUM",
    ),
    _Line(
        4,
        9,
        _DONGSHENG,
        "jtj",
        "东胜区物流企业座谈会",
        "红柳物流有限公司会议室",
        (2, 3),
        "zwfwj",
        "城区配送通行证办理",
        "配送车辆通行证每季度办一次，材料都一样，能不能延长有效期？",
        "红柳物流、青榆新材料介绍了城区配送的情况。市政务服务局说明了通行证的受理流程。",
        "通行证有效期延长到一年，换证全程网上办理，车辆信息没有变化的不再提交材料。",
        kind="SYMPOSIUM",
    ),
    _Line(
        1,
        15,
        _DONGSHENG,
        "kjj",
        "东胜区软件和数据企业座谈会",
        "墨线数据服务有限公司会议室",
        (4, 6),
        "gxj",
        "公共数据授权使用",
        "企业开发产品需要公共数据，不知道找谁申请。",
        "云栈软件、墨线数据介绍了数据需求。市工信局介绍了公共数据授权运营的规定和首批目录。",
        "首批公共数据目录向企业公布，申请统一由平台受理，十个工作日内答复。",
        kind="SYMPOSIUM",
    ),
    # Three more banners began in the autumn.
    _Line(
        3,
        13,
        _JUNGAR,
        "gxj",
        "准格尔旗装备制造企业座谈会",
        "准格尔旗政务服务中心会议室",
        (17, 19),
        "zjj",
        "厂房改建的审批办理",
        "厂房内部改建要不要重新办理施工许可，各家说法不一。",
        "砾石铸造、层岩机械介绍了厂房改建计划。市住建局说明了需要和不需要办理许可的情形。",
        "不改变主体结构的内部改建不再办理施工许可，改建前在平台登记即可。",
        kind="SYMPOSIUM",
    ),
    _Line(
        1,
        16,
        _JUNGAR,
        "jtj",
        "准格尔旗煤化工和运输企业座谈会",
        "深沟煤化工有限公司会议室",
        (18, 21),
        "sthjj",
        "重污染天气期间的原料运输",
        "应急期间车辆停运，原料库存只够五天，希望有一个保供办法。",
        "深沟煤化工、长坡运输介绍了原料库存和车辆情况。市生态环境局说明了应急减排期间保供车辆的核定办法。",
        "列入保供名单的新能源和国六车辆在应急期间可以正常通行，名单每季度更新。",
        kind="SYMPOSIUM",
    ),
    _Line(
        2,
        23,
        _DALAD,
        "nmj",
        "达拉特旗粮油饲料企业座谈会",
        "沿滩粮油有限公司会议室",
        (14, 16),
        "czj",
        "秋粮收购资金",
        "秋粮集中上市，收购资金占用大，希望贷款审批快一些。",
        "沿滩粮油、芦荡饲料介绍了收购计划和资金缺口。市财政局介绍了粮食收购贷款信用保证基金的使用办法。",
        "符合条件的收购贷款五个工作日内审批，保证基金额度向旗内企业倾斜。",
        kind="SYMPOSIUM",
    ),
    _Line(
        1,
        14,
        _DALAD,
        "nyj",
        "达拉特旗乳品和农机企业座谈会",
        "河湾乳品有限公司会议室",
        (12, 13),
        "fgw",
        "冬季用气指标",
        "去年冬天限气三次，生产线停了两天，今年希望早定指标。",
        "河湾乳品、渡头农机介绍了冬季用气需要。市发改委介绍了今冬用气合同签订情况。",
        "两家企业的冬季用气列入保供合同，需要压减时提前三日通知。",
        kind="SYMPOSIUM",
    ),
    _Line(
        1,
        22,
        _EJIN,
        "zjj",
        "伊金霍洛旗建筑和热力企业座谈会",
        "苏木装配建筑有限公司会议室",
        (39, 40),
        "zwfwj",
        "装配式项目的分段验收",
        "装配式项目工期短，分段验收跟不上，影响交付。",
        "苏木建筑、暖流热力介绍了在建项目的验收需要。市政务服务局介绍了分段验收的受理办法。",
        "装配式项目可以分段申请验收，分段结果在竣工验收时直接采用。",
        kind="SYMPOSIUM",
    ),
)


def routine(as_of: date) -> tuple[MeetingText, ...]:
    """These meetings, for a demonstration that stops on this day."""
    return tuple(_told(n, line, as_of) for n, line in enumerate(_LINES))


def _told(number: int, line: _Line, as_of: date) -> MeetingText:
    back = as_of.year * 12 + as_of.month - 1 - line.months
    day = date(back // 12, back % 12 + 1, line.day)
    led = isinstance(line.chair, int)
    return MeetingText(
        key=f"routine-{number}",
        kind=line.kind,
        title=line.title,
        purpose=f"听取企业对{line.topic}的意见，能当场答复的当场答复。",
        place=line.place,
        desk=line.desk,
        host=line.chair if isinstance(line.chair, int) else 0,
        host_post=_POSTS[line.chair] if isinstance(line.chair, int) else "党组书记",
        chair="" if led else str(line.chair),
        days=(as_of - day).days,
        at=15 if number % 2 else 9,
        firms=line.firms,
        why_firms="与议题有关的企业",
        departments=(line.department,),
        why_departments="与议题有关的部门",
        topics=(TopicText(line.topic, line.text, "office", "企业反映集中", f"{line.said}\n【议定】{line.decided}"),),
        settled=True,
    )
