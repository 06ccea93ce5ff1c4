"""Invented people of the demonstration city: names put together from common ones, accounts one can read aloud."""

from collections.abc import Iterator
from random import Random

from config.demo.city import CITY
from parties.roles import Role

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN_NAMES = (
    "晓峰", "志远", "建国", "海燕", "文静", "立新", "春梅", "永强", "雪松", "明辉", "秀兰", "国栋", "慧敏", "振华",
    "玉洁", "少华", "凤英", "小龙", "佳怡", "思远", "宏伟", "丽娜", "卫东", "美玲", "俊杰", "桂芳", "学军", "子涵",
    "燕青", "长河", "瑞雪", "德福", "雅茹", "启明", "红霞", "景行", "若兰", "云飞", "素珍", "成林", "晨曦", "致远",
)  # fmt: skip
# A Mongolian has a name and no surname; these are among the commonest.
MONGOLIAN_NAMES = (
    "巴特尔", "乌云其木格", "那日苏", "萨日娜", "苏雅拉图", "娜仁花", "额尔敦", "斯琴", "朝鲁", "其其格", "布和",
    "高娃", "宝音", "托娅", "阿木古楞", "琪琪格", "格日勒", "乌日娜", "哈斯", "娜布其", "呼和", "红格尔", "孟和",
    "塔娜",
)  # fmt: skip

# The letters of a district in the accounts of its office: the first letters of its name in pinyin.
DISTRICT_LETTERS = {
    CITY.code: "shi",
    "150602": "dsq",
    "150603": "kbsq",
    "150621": "dltq",
    "150622": "zgeq",
    "150623": "etkqq",
    "150624": "etkq",
    "150625": "hjq",
    "150626": "wsq",
    "150627": "yjhlq",
}
# The three administrators, who may not be one person (parties.roles.ADMIN_ROLES): accounts in the city's own office.
ADMINISTRATORS = {"shi-xt": Role.SYSTEM_ADMIN, "shi-aq": Role.SECURITY_ADMIN, "shi-sj": Role.AUDIT_ADMIN}
# Nobody's mail: RFC 2606 keeps this domain for examples.
MAIL_DOMAIN = "example.org"
# Where so few demands come in that one person both accepts and dispatches them: two posts, one account.
ONE_PERSON_DESKS = frozenset({"150623", "150625"})
# Where so many come in that two people accept them, each the second person of the other.
SECOND_INTAKE = frozenset({CITY.code, "150602"})
# The department whose party secretary is its head as well.
SECRETARY_IS_HEAD = "nyj"


def names(random: Random) -> Iterator[str]:
    """Names without end as far as the demonstration is concerned, none of them twice."""
    pool = [surname + given for surname in SURNAMES for given in GIVEN_NAMES]
    chosen = random.sample(pool, 400) + list(MONGOLIAN_NAMES)
    random.shuffle(chosen)
    yield from chosen
    rest = sorted(set(pool) - set(chosen))
    random.shuffle(rest)
    yield from rest
