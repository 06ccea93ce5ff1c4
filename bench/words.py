"""Chinese sentences put together by a small grammar: nothing is copied from anywhere, and no two texts are alike."""

from random import Random

SUBJECTS = (
    "二期生产线",
    "一号厂房",
    "冷链仓库",
    "检测中心",
    "研发楼",
    "职工宿舍",
    "原料堆场",
    "污水处理站",
    "包装车间",
)
MATTERS: dict[str, tuple[str, ...]] = {
    "FINANCE": ("流动资金贷款续贷", "设备贷款贴息", "应收账款质押融资", "担保费补助"),
    "LAND": ("土地出让手续", "不动产权证办理", "临时用地审批", "规划条件核实"),
    "ENERGY": ("变压器增容", "临时用电报装", "燃气接入", "供热管网改造"),
    "CONSTRUCTION": ("消防验收", "施工许可", "竣工备案", "人防易地建设手续"),
    "ENVIRONMENT": ("排污许可延续", "环评批复", "危险废物转移审批", "在线监测联网"),
    "APPROVAL": ("生产许可变更", "经营范围登记", "特种设备使用登记", "食品经营许可"),
    "POLICY": ("设备更新奖补兑现", "稳岗补贴拨付", "首台套奖励申报", "展会补助申领"),
    "TALENT": ("社保补贴核发", "人才公寓申请", "职称申报", "技能培训补贴"),
    "TRANSPORT": ("大件运输许可", "厂区道路开口", "货车通行证", "铁路专用线接轨"),
    "TECHNOLOGY": ("高新技术企业认定", "研发费用加计扣除口径", "科技项目验收", "技术合同登记"),
    "MARKET": ("经营异常名录移出", "抽检结果复核", "商标纠纷协调", "计量检定排期"),
    "ARREARS": ("工程款拖欠", "检测服务费拖欠", "物资采购尾款拖欠", "运费拖欠"),
    "SAFETY": ("隐患整改复查", "安全生产许可延期", "储罐区评价", "停产复工验收"),
    "OTHER": ("平台上传附件报错", "招牌设置审批", "停车场配建", "邮件通知收不到"),
}
STUCK = ("窗口说材料还差一份", "两个部门的说法不一样", "系统一直显示审核中", "等待现场勘察已经很久", "经办人换了两次")
DONE = ("到窗口问过三次", "打过服务电话", "提交了书面说明", "请园区协调过一次", "补交了盖章页")
HARM = ("设备不能按期试车", "订单可能违约", "二十名工人待岗", "每天多花三千多元", "影响月底投标")
ASKED = ("请明确还需要哪些材料", "请给出办结日期", "请安排一次现场会", "请书面答复能否办理")
ANSWERS = ("已会同有关单位现场核对", "已书面告知办理条件", "已完成内部会签", "已约定上门服务时间")
PROMISES = ("证照已经送达", "款项已经拨付到账", "批复文件已经上传", "整改意见已经交给企业")
ADJECTIVES = (
    "青榆",
    "白驼",
    "红柳",
    "沙枣",
    "云栈",
    "远泉",
    "层岩",
    "朔漠",
    "晴野",
    "河湾",
    "北梁",
    "炉台",
    "玄石",
    "牧歌",
)
NOUNS = (
    "新材料",
    "物流",
    "软件",
    "羊绒",
    "机械",
    "乳品",
    "建材",
    "化工",
    "食品",
    "光伏",
    "农牧",
    "检测",
    "商贸",
    "药业",
)
BUREAUS = (
    "能源",
    "住建",
    "自然资源",
    "工信",
    "财政",
    "市场监管",
    "人社",
    "交通",
    "环境",
    "应急",
    "科技",
    "商务",
    "农牧",
    "水利",
)


def firm_name(n: int) -> str:
    """A name for firm n that belongs to nobody."""
    head, rest = ADJECTIVES[n % len(ADJECTIVES)], n // len(ADJECTIVES)
    return f"{head}{NOUNS[rest % len(NOUNS)]}{n + 1:03d}号有限公司"


def matter(random: Random, category: str) -> tuple[str, str]:
    """A title and what the firm writes under it, 120 to 260 characters."""
    what, where = random.choice(MATTERS[category]), random.choice(SUBJECTS)
    days = random.randrange(8, 120)
    text = (
        f"我公司{where}需要办理{what}。{random.randrange(1, 13)}月{random.randrange(1, 28)}日提交申请，"
        f"至今{days}天，{random.choice(STUCK)}。期间{random.choice(DONE)}，又{random.choice(DONE)}，"
        f"都说在办理，没有书面意见。目前{random.choice(HARM)}，{random.choice(HARM)}。{random.choice(ASKED)}，"
        f"{random.choice(ASKED)}。联系人为本公司综合部，工作日随时可以到场。"
    )
    return f"{where}{what}等待{days}天", text


def answer(random: Random) -> str:
    """What a department answers, 40 to 120 characters."""
    day = f"{random.randrange(1, 13)}月{random.randrange(1, 28)}日"
    return (
        f"经办单位{day}{random.choice(ANSWERS)}，{random.choice(ANSWERS)}。{random.choice(PROMISES)}，"
        f"回执编号{random.randrange(10**6):06d}，企业经办人已知悉。"
    )
