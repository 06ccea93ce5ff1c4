"""Districts, departments and offices of the demonstration city.

District codes and names are those of GB/T 2260. Of the fifteen departments, `confirmed` says whether a public source
names the department as serving enterprises; the others are typical and an administrator may rename or replace them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DistrictLine:
    code: str
    name: str


@dataclass(frozen=True)
class DepartmentLine:
    """One department. The duty lines it owns begin with its code in capitals."""

    code: str
    name: str
    short_name: str
    confirmed: bool
    district: str = "150600"


CITY = DistrictLine("150600", "鄂尔多斯市")

BANNERS: tuple[DistrictLine, ...] = (
    DistrictLine("150602", "东胜区"),
    DistrictLine("150603", "康巴什区"),
    DistrictLine("150621", "达拉特旗"),
    DistrictLine("150622", "准格尔旗"),
    DistrictLine("150623", "鄂托克前旗"),
    DistrictLine("150624", "鄂托克旗"),
    DistrictLine("150625", "杭锦旗"),
    DistrictLine("150626", "乌审旗"),
    DistrictLine("150627", "伊金霍洛旗"),
)

DISTRICTS: tuple[DistrictLine, ...] = (CITY, *BANNERS)

DEPARTMENTS: tuple[DepartmentLine, ...] = (
    DepartmentLine("fgw", "市发展和改革委员会", "市发改委", confirmed=True),
    DepartmentLine("gxj", "市工业和信息化局", "市工信局", confirmed=True),
    DepartmentLine("kjj", "市科学技术局", "市科技局", confirmed=True),
    DepartmentLine("czj", "市财政局", "市财政局", confirmed=True),
    DepartmentLine("rsj", "市人力资源和社会保障局", "市人社局", confirmed=False),
    DepartmentLine("zrzyj", "市自然资源局", "市自然资源局", confirmed=False),
    DepartmentLine("sthjj", "市生态环境局", "市生态环境局", confirmed=False),
    DepartmentLine("zjj", "市住房和城乡建设局", "市住建局", confirmed=True),
    DepartmentLine("jtj", "市交通运输局", "市交通运输局", confirmed=False),
    DepartmentLine("nmj", "市农牧局", "市农牧局", confirmed=True),
    DepartmentLine("swj", "市商务局", "市商务局", confirmed=False),
    DepartmentLine("scjgj", "市市场监督管理局", "市市场监管局", confirmed=True),
    DepartmentLine("nyj", "市能源局", "市能源局", confirmed=False),
    DepartmentLine("yjj", "市应急管理局", "市应急局", confirmed=False),
    DepartmentLine("zwfwj", "市行政审批政务服务与数据管理局", "市政务服务局", confirmed=True),
)

# District code -> name of the office that runs the mechanism there.
PLATFORM_OFFICES: dict[str, str] = {
    CITY.code: "市两新工委办公室",
    **{banner.code: f"{banner.name}两新工委办公室" for banner in BANNERS},
}
