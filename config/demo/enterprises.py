"""Forty invented firms of the demonstration city. No name, code or telephone number belongs to anybody.

Names carry no district prefix, as a registered name would, so that none can be mistaken for a real firm. The body of
each credit code is "DEM0" and the serial, and telephone numbers come from 0477-555-01xx.
"""

from dataclasses import dataclass

from stdnum.cn import uscc

_BODY_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

COMMITTEE, GENERAL_BRANCH, BRANCH, JOINT_BRANCH = "COMMITTEE", "GENERAL_BRANCH", "BRANCH", "JOINT_BRANCH"
_PARTY_WORDS = {COMMITTEE: "党委", GENERAL_BRANCH: "党总支", BRANCH: "党支部"}
JOINT_BRANCH_NAME = "东胜区软件和电商企业联合党支部"


def make_credit_code(serial: int, district_code: str) -> str:
    """A well-formed unified social credit code of an enterprise registered in the district, for serial 0 to 9999.

    Both check characters are right: the body's own (GB 11714) and that of the whole (GB 32100-2015).
    """
    body = f"DEM0{serial:04d}"
    total = sum(_BODY_ALPHABET.index(char) * weight for char, weight in zip(body, _BODY_WEIGHTS, strict=True))
    number = f"91{district_code}{body}{'0123456789X'[-total % 11]}"
    return number + uscc.calc_check_digit(number)


@dataclass(frozen=True)
class EnterpriseLine:
    """One firm. `party_kind` is the kind of party organisation; firms of one joint branch share its name."""

    serial: int
    name: str
    short_name: str
    district: str
    industry: str
    party_kind: str = BRANCH
    joint_branch: str = JOINT_BRANCH_NAME  # where the kind is that of one

    @property
    def credit_code(self) -> str:
        return make_credit_code(self.serial, self.district)

    @property
    def phone(self) -> str:
        return f"0477-555-{100 + self.serial:04d}"

    @property
    def party_name(self) -> str:
        if self.party_kind == JOINT_BRANCH:
            return self.joint_branch
        return self.short_name + _PARTY_WORDS[self.party_kind]


ENTERPRISES: tuple[EnterpriseLine, ...] = (
    # 东胜区
    EnterpriseLine(1, "沙枣果业有限公司", "沙枣果业", "150602", "食品加工"),
    EnterpriseLine(2, "青榆新材料有限公司", "青榆新材料", "150602", "新材料"),
    EnterpriseLine(3, "红柳物流有限公司", "红柳物流", "150602", "物流"),
    EnterpriseLine(4, "云栈软件有限公司", "云栈软件", "150602", "软件", JOINT_BRANCH),
    EnterpriseLine(5, "拾穗电子商务有限公司", "拾穗电商", "150602", "商贸", JOINT_BRANCH),
    EnterpriseLine(6, "墨线数据服务有限公司", "墨线数据", "150602", "软件", JOINT_BRANCH),
    EnterpriseLine(7, "白驼羊绒制品有限公司", "白驼羊绒", "150602", "羊绒", GENERAL_BRANCH),
    # 康巴什区
    EnterpriseLine(8, "朔漠绒纺有限公司", "朔漠绒纺", "150603", "羊绒", COMMITTEE),
    EnterpriseLine(9, "晴野光伏材料有限公司", "晴野光伏", "150603", "光伏"),
    EnterpriseLine(10, "星槎检测技术有限公司", "星槎检测", "150603", "检测服务"),
    EnterpriseLine(11, "蓝穹会展服务有限公司", "蓝穹会展", "150603", "商贸"),
    # 达拉特旗
    EnterpriseLine(12, "河湾乳品有限公司", "河湾乳品", "150621", "乳品", GENERAL_BRANCH),
    EnterpriseLine(13, "渡头农机制造有限公司", "渡头农机", "150621", "装备制造"),
    EnterpriseLine(14, "沿滩粮油有限公司", "沿滩粮油", "150621", "食品加工"),
    EnterpriseLine(15, "沙脊新能源有限公司", "沙脊新能源", "150621", "光伏"),
    EnterpriseLine(16, "芦荡饲料有限公司", "芦荡饲料", "150621", "农牧"),
    # 准格尔旗
    EnterpriseLine(17, "砾石精密铸造有限公司", "砾石铸造", "150622", "装备制造"),
    EnterpriseLine(18, "深沟煤化工有限公司", "深沟煤化工", "150622", "煤化工", COMMITTEE),
    EnterpriseLine(19, "层岩矿山机械有限公司", "层岩机械", "150622", "装备制造"),
    EnterpriseLine(20, "坝梁陶瓷有限公司", "坝梁陶瓷", "150622", "建材"),
    EnterpriseLine(21, "长坡运输有限公司", "长坡运输", "150622", "物流"),
    # 鄂托克前旗
    EnterpriseLine(22, "紫苜蓿牧业有限公司", "紫苜蓿牧业", "150623", "农牧"),
    EnterpriseLine(23, "甘露草药业有限公司", "甘露草药业", "150623", "生物医药"),
    EnterpriseLine(24, "井台食品有限公司", "井台食品", "150623", "食品加工"),
    # 鄂托克旗
    EnterpriseLine(25, "砂岩建材有限公司", "砂岩建材", "150624", "建材"),
    EnterpriseLine(26, "碧藻生物有限公司", "碧藻生物", "150624", "生物医药"),
    EnterpriseLine(27, "炉台硅业有限公司", "炉台硅业", "150624", "新材料", GENERAL_BRANCH),
    EnterpriseLine(28, "棱光玻璃有限公司", "棱光玻璃", "150624", "建材"),
    # 杭锦旗
    EnterpriseLine(29, "北梁机械有限公司", "北梁机械", "150625", "装备制造"),
    EnterpriseLine(30, "风脊能源装备有限公司", "风脊能源", "150625", "装备制造"),
    EnterpriseLine(31, "沙蒿农业科技有限公司", "沙蒿农业", "150625", "农牧"),
    # 乌审旗
    EnterpriseLine(32, "草海生物科技有限公司", "草海生物", "150626", "生物医药"),
    EnterpriseLine(33, "远泉化工有限公司", "远泉化工", "150626", "煤化工", COMMITTEE),
    EnterpriseLine(34, "牧歌晚归肉业有限公司", "牧歌肉业", "150626", "食品加工"),
    EnterpriseLine(35, "柠条建筑材料有限公司", "柠条建材", "150626", "建材"),
    # 伊金霍洛旗
    EnterpriseLine(36, "云杉智造科技有限公司", "云杉智造", "150627", "装备制造", GENERAL_BRANCH),
    EnterpriseLine(37, "驼铃供应链有限公司", "驼铃供应链", "150627", "物流"),
    EnterpriseLine(38, "玄石洁净能源有限公司", "玄石能源", "150627", "煤化工", COMMITTEE),
    EnterpriseLine(39, "苏木装配建筑有限公司", "苏木建筑", "150627", "建筑"),
    EnterpriseLine(40, "暖流热力设备有限公司", "暖流热力", "150627", "装备制造"),
)
