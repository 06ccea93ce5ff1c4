"""Meetings under way: one whose notice is out, and one that collects topics."""

from config.demo.meeting_texts.shape import MeetingText, TopicText

YEAR_END = MeetingText(
    key="year-end",
    kind="SYMPOSIUM",
    title="年底企业生产要素保障政商座谈会",
    purpose="研究年底前企业用电、融资和账款方面的突出问题，安排春节前的保障事项。",
    place="市党政大楼三号会议室",
    desk="leaders",
    host=0,
    host_post="副市长",
    days=-4,
    at=15,
    firms=(2, 12, 18, 29),
    why_firms="近期在生产要素方面提出诉求的企业",
    departments=("fgw", "czj", "nyj", "gxj", "zrzyj"),
    why_departments="要素保障的责任部门",
    topics=(
        TopicText(title="", text="", by="demand", why="在办诉求，办理中遇到多部门配合的问题，请到会说明"),
        TopicText(
            title="中试线点火期间的第二路电源",
            text="中试线点火后炉温保持期间不能断电，第二路临时电源要跨县道和林地，希望几个部门一次到现场定下来。",
            by="qy02",
            why="点火日期临近，需要现场会商",
        ),
        TopicText(
            title="年底贷款到期的续贷衔接",
            text="收奶旺季刚过，流动资金贷款下月集中到期，银行说要先还后贷，中间差十几天，希望用上应急周转资金。",
            by="qy12",
            why="三家企业年底集中到期，涉及应急周转资金的使用",
        ),
        TopicText(
            title="春节前账款支付专项调度",
            text="汇总各级采购单位未付账款，提出春节前支付安排。",
            by="gxj",
            why="每年例行，节前须有安排",
        ),
        TopicText(
            title="企业车辆免费停放",
            text="建议城区公共停车场对企业车辆免费。",
            by="qy29",
            why="属于城市管理日常事项，已告知企业向旗区反映，不列入本次会议",
            chosen=False,
        ),
    ),
)

SMALL_FIRMS = MeetingText(
    key="small-firms",
    kind="TALK",
    title="康巴什区光伏检测会展企业恳谈会",
    purpose="听取康巴什区光伏、检测和会展企业对明年经营安排的意见，重点是政策兑现和市场开拓。",
    place="康巴什区政务服务中心一楼会客厅",
    desk="150600",
    host=2,
    host_post="市政协副主席",
    days=-21,
    at=9,
    firms=(9, 10, 11),
    why_firms="康巴什区重点服务业和光伏企业",
    departments=("swj", "kjj", "scjgj"),
    why_departments="政策兑现和市场开拓的责任部门",
    topics=(
        TopicText(
            title="检测机构资质互认",
            text="我公司出具的组件检测报告，省外客户还要在当地重测一次，一批多花三四万元，时间多等二十天。",
            by="qy10",
            why="可以推动与周边地区互认，企业受益面大",
        ),
        TopicText(
            title="会展场馆淡季租金优惠",
            text="每年十一月到次年三月没有展会，场馆维持费用不减。能否在淡季组织本地产品展销，场租由各方分担？",
            by="qy11",
            why="",
        ),
        TopicText(
            title="科技创新奖补兑现进度",
            text="请有关部门说明本年度奖补资金的审核和拨付安排。",
            by="kjj",
            why="",
        ),
    ),
)
