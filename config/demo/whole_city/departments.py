"""The departments of the banners, six in each, and the matters they answer for themselves. Pure."""

from dataclasses import replace

from config.demo.city import BANNERS, DEPARTMENTS, DepartmentLine, DistrictLine
from config.demo.duty_list import DUTY_LIST, DutyLine
from config.demo.people import DISTRICT_LETTERS

# Code, name and short name behind that of the banner, and the matters of the city's list that the banner has itself.
BUREAUS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("fgw", "发展和改革委员会", "发改委", ("FGW-01", "FGW-05")),
    ("gxj", "工业和信息化局", "工信局", ("GXJ-04", "GXJ-07")),
    ("rsj", "人力资源和社会保障局", "人社局", ("RSJ-02", "RSJ-08")),
    ("zrzyj", "自然资源局", "自然资源局", ("ZRZYJ-04", "ZRZYJ-05")),
    ("zjj", "住房和城乡建设局", "住建局", ("ZJJ-01", "ZJJ-07")),
    ("scjgj", "市场监督管理局", "市场监管局", ("SCJGJ-01", "SCJGJ-05")),
)
# Seventy percent of what is dispatched goes to these.
BUSY = ("nyj", "zrzyj", "zjj", "scjgj", "sthjj", "rsj")
BUSY_SHARE = 0.7
_LINES = {line.code: line for line in DUTY_LIST}


def _code(banner: DistrictLine, bureau: str) -> str:
    return f"{DISTRICT_LETTERS[banner.code]}-{bureau}"


BANNER_DEPARTMENTS: tuple[DepartmentLine, ...] = tuple(
    DepartmentLine(
        _code(banner, bureau), banner.name + name, banner.name + short, confirmed=False, district=banner.code
    )
    for banner in BANNERS
    for bureau, name, short, _matters in BUREAUS
)
ALL_DEPARTMENTS: tuple[DepartmentLine, ...] = (*DEPARTMENTS, *BANNER_DEPARTMENTS)
# Which matter of the city's list a banner's matter is like; texts and words of that one serve both.
LIKE: dict[str, str] = {
    f"{DISTRICT_LETTERS[banner.code].upper()}-{matter}": matter
    for banner in BANNERS
    for _bureau, _name, _short, matters in BUREAUS
    for matter in matters
}
BANNER_DUTIES: tuple[DutyLine, ...] = tuple(
    replace(
        _LINES[matter],
        code=f"{DISTRICT_LETTERS[banner.code].upper()}-{matter}",
        matter=f"{_LINES[matter].matter}（{banner.name}）",
        owners=(_code(banner, bureau),),
    )
    for banner in BANNERS
    for bureau, _name, _short, matters in BUREAUS
    for matter in matters
)
ALL_DUTIES: tuple[DutyLine, ...] = (*DUTY_LIST, *BANNER_DUTIES)
DISTRICT_OF = {line.code: line.district for line in ALL_DEPARTMENTS}
