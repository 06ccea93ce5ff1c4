"""The firms of the whole city: the forty of the small demonstration, and 760 whose names come from word lists. Pure.

A name is a colour, something that lives or lies there, a kind of place and a trade: 青苇滩乳品有限公司. It carries no
district, as a registered name would, so that none can be mistaken for a real firm. Codes and telephone numbers are
made like those of the forty. Fewer party organisations than firms: most small firms share a joint branch.
"""

from collections.abc import Iterator
from itertools import product
from random import Random

from config.demo.city import BANNERS
from config.demo.enterprises import (
    BRANCH,
    COMMITTEE,
    ENTERPRISES,
    GENERAL_BRANCH,
    JOINT_BRANCH,
    EnterpriseLine,
)

FIRMS = 800
COLOURS = "青白紫暖晴朔远霜雪月银墨翠金丹碧素玄"
THINGS = "苇榆驼柳雁鹿麦帆杉蒿穗松芦桦枣泉石云砂鹤"
PLACES = "滩渡梁湾坡川谷岭沟台原桥井洲"
# Endings of a name by trade, each with the short form; the trades are those that demand texts suit.
TRADES: dict[str, tuple[tuple[str, str], ...]] = {
    "食品加工": (("食品有限公司", "食品"), ("粮油有限公司", "粮油"), ("果蔬有限公司", "果蔬")),
    "新材料": (("新材料有限公司", "新材料"), ("硅业有限公司", "硅业"), ("复合材料有限公司", "复材")),
    "物流": (("物流有限公司", "物流"), ("运输有限公司", "运输"), ("供应链有限公司", "供应链")),
    "软件": (("软件有限公司", "软件"), ("数据服务有限公司", "数据"), ("信息技术有限公司", "信息")),
    "商贸": (("商贸有限公司", "商贸"), ("电子商务有限公司", "电商"), ("会展服务有限公司", "会展")),
    "羊绒": (("羊绒制品有限公司", "羊绒"), ("绒纺有限公司", "绒纺"), ("服饰有限公司", "服饰")),
    "光伏": (("光伏材料有限公司", "光伏"), ("新能源有限公司", "新能源"), ("储能科技有限公司", "储能")),
    "检测服务": (("检测技术有限公司", "检测"), ("环保技术有限公司", "环保")),
    "乳品": (("乳品有限公司", "乳品"), ("乳业有限公司", "乳业")),
    "装备制造": (("机械有限公司", "机械"), ("重工有限公司", "重工"), ("装备制造有限公司", "装备")),
    "农牧": (("牧业有限公司", "牧业"), ("农业科技有限公司", "农业"), ("饲料有限公司", "饲料")),
    "煤化工": (("煤化工有限公司", "煤化工"), ("洁净能源有限公司", "能源"), ("化工有限公司", "化工")),
    "建材": (("建材有限公司", "建材"), ("陶瓷有限公司", "陶瓷"), ("玻璃有限公司", "玻璃")),
    "生物医药": (("生物科技有限公司", "生物"), ("药业有限公司", "药业")),
    "建筑": (("建筑工程有限公司", "建筑"), ("装配建筑有限公司", "装配建筑")),
}
# How many of a hundred firms are in which banner.
SHARES = {
    "150602": 26,
    "150603": 9,
    "150621": 12,
    "150622": 14,
    "150623": 5,
    "150624": 7,
    "150625": 5,
    "150626": 8,
    "150627": 14,
}
OWN_BRANCH = 0.22  # of the firms have a party organisation to themselves
IN_ONE_JOINT_BRANCH = (4, 7)  # firms, at least and at most
PARK, TRADE = "片区", "企业"
ORDINALS = "一二三四五六七八九"
AREAS = ("东", "西", "南", "北", "中心", "河东", "河西", "高新", "物流园", "创业园", "空港", "城郊")
BANNER_NAMES = {banner.code: banner.name for banner in BANNERS}


def make_firms(count: int = FIRMS) -> tuple[EnterpriseLine, ...]:
    """So many firms, always the same: the forty first, then the invented ones by their serial."""
    random = Random("firms of the whole city")
    heads = ["".join(parts) for parts in product(COLOURS, THINGS, PLACES)]
    random.shuffle(heads)
    serials = range(len(ENTERPRISES) + 1, count + 1)
    districts = random.choices(list(SHARES), list(SHARES.values()), k=len(serials))
    placed = []
    for serial, head, district in zip(serials, heads, districts, strict=False):
        industry = random.choice(list(TRADES))
        ending, short = random.choice(TRADES[industry])
        placed.append((serial, head + ending, head + short, district, industry))
    return (*ENTERPRISES, *_with_party_organisations(placed, random))


def _with_party_organisations(placed: list[tuple[int, str, str, str, str]], random: Random) -> Iterator[EnterpriseLine]:
    """Every firm with its party organisation, in the order of the serials."""
    own = {line[0] for line in placed if random.random() < OWN_BRANCH}
    shared: dict[int, str] = {}
    for code in SHARES:
        waiting = [line[0] for line in placed if line[3] == code and line[0] not in own]
        names = _joint_names(BANNER_NAMES[code])
        while waiting:
            members, waiting = _some(waiting, random)
            shared |= dict.fromkeys(members, next(names))
    for serial, name, short, district, industry in placed:
        if serial in shared:
            yield EnterpriseLine(serial, name, short, district, industry, JOINT_BRANCH, shared[serial])
        else:
            kind = random.choices((BRANCH, GENERAL_BRANCH, COMMITTEE), (80, 15, 5))[0]
            yield EnterpriseLine(serial, name, short, district, industry, kind)


def _some(waiting: list[int], random: Random) -> tuple[list[int], list[int]]:
    """The firms of the next joint branch, and those that are left; never a single one alone."""
    size = random.randint(*IN_ONE_JOINT_BRANCH)
    if len(waiting) - size < 2:
        size = len(waiting)
    return waiting[:size], waiting[size:]


def _joint_names(banner: str) -> Iterator[str]:
    """Names of joint branches of a banner: by area, then the second of the same area, and so on."""
    for ordinal in ORDINALS:
        for area in AREAS:
            yield f"{banner}{area}{PARK}{TRADE}{'' if ordinal == ORDINALS[0] else f'第{ordinal}'}联合党支部"
