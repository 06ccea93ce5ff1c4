"""Meetings under way: minutes that wait for the host, a notice that is out, and one that collects topics."""

from config.demo.meeting_texts.shape import MeetingText, Remark, TopicText

TALENT = MeetingText(
    key="talent",
    kind="TALK",
    title="重点企业人才和技改恳谈会",
    purpose="听取重点企业对引才待遇、职称评审和设备更新补贴的意见，当面答复。",
    place="市人才服务中心二楼会议室",
    desk="150600",
    host=0,
    host_post="副市长",
    days=8,
    at=15,
    firms=(7, 9, 32),
    why_firms="今年引进人才较多、正在申报技改补贴的企业",
    departments=("rsj", "gxj", "kjj"),
    why_departments="人才和技改政策的责任部门",
    topics=(
        TopicText(
            title="引进人才安家补贴发放慢",
            text="前年引进的三名工程师，安家补贴批了一年多，第二笔还没有到账，人已经走了一个。",
            by="qy32",
            why="企业反映集中，需要明确发放时间",
            minutes=(
                "草海生物反映，三名引进工程师的安家补贴第一笔已到账，第二笔超过约定时间七个月，其中一人因此离职，"
                "企业对外引才的承诺难以兑现。晴野光伏反映，申报材料每年重复提交，希望只核对变化的部分。\n"
                "市人社局说明，第二笔补贴按照在岗满一年核发，今年因核查社保数据的口径调整集中延后，涉及人员四十六名，"
                "资金已经安排。\n"
                "【议定】符合条件人员的第二笔补贴，在年底前全部发放到位；今后在岗核查由部门共享社保数据完成，"
                "不再要求企业逐年提交材料。\n"
                "【任务】完成四十六名引进人才第二笔安家补贴核发，并印送免提交材料的核查办法｜牵头：市人社局｜"
                "责任人：{rsj}｜期限：{+40:iso}"
            ),
        ),
        TopicText(
            title="设备更新补贴申报与设备到货时间不衔接",
            text="进口梳绒设备明年二月才到货，补贴要求年底前验收，差两个月就整笔报不上，能不能先报后验？",
            by="qy07",
            why="涉及政策执行口径",
            minutes=(
                "白驼羊绒反映，进口梳绒设备合同金额1,460万元，因海运延误推迟到明年二月到货，按照现行要求须在年底前完成验收，"
                "错过本批次将影响企业下一步投入。\n"
                "市工信局介绍，补贴实行分批申报，已签合同、已付设备款过半的项目可以列入储备，待验收后在下一批次兑付，"
                "不需要重新申报。\n"
                "【议定】同意将该项目列入储备，企业提供合同和付款凭证，验收时间顺延到明年上半年，补贴标准按照申报时的"
                "办法执行。\n"
                "【任务】办理梳绒设备更新项目储备登记，书面告知企业验收和兑付的时间与材料｜牵头：市工信局｜"
                "责任人：{gxj}｜期限：{+25:iso}"
            ),
        ),
    ),
    excused=(("kjj", "参加自治区科技创新大会"),),
    remarks=(
        Remark("qy32"),
        Remark("gxj", "“补贴标准”后建议加“和比例”。", section=2, edit=("补贴标准按照", "补贴标准和比例按照")),
    ),
)

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
    held=False,
    at=15,
    firms=(2, 12, 18, 29),
    why_firms="近期在生产要素方面提出诉求的企业",
    departments=("fgw", "czj", "nyj", "gxj", "zrzyj"),
    why_departments="要素保障的责任部门",
    guests=(("齐立新", "市供电公司", "营销部主任"), ("段雪梅", "市商业银行", "公司业务部经理")),
    telephoned="qy18",
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
    held=False,
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
