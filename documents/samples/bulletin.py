"""A sample of 通报: 15 municipal departments in October 2026. All figures are invented."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from documents.content.bulletin import Bulletin, Column, Figure, LeagueRow, LeagueTable, Measure
from documents.content.parts import Section
from documents.samples.parts import OFFICE, OFFICE_DESK, Sample, imprint

# Name; cases, contacted in time, solved, answered as to whether solved, excluded unsolved ones; score; places won.
_FIGURES = (
    ("市能源局", 64, 64, 58, 60, 1, 9821, 2),
    ("市工业和信息化局", 51, 51, 46, 48, 0, 9754, 0),
    ("市行政审批政务服务与数据管理局", 187, 186, 168, 177, 2, 9698, -1),
    ("市市场监督管理局", 96, 95, 86, 91, 1, 9655, 1),
    ("市科学技术局", 22, 22, 20, 21, 0, 9655, 3),
    ("市发展和改革委员会", 43, 42, 38, 41, 0, 9540, -2),
    ("市财政局", 38, 37, 33, 36, 1, 9466, 0),
    ("市商务局", 19, 19, 16, 18, 0, 9403, 1),
    ("市人力资源和社会保障局", 77, 75, 65, 72, 1, 9312, -1),
    ("市交通运输局", 58, 56, 47, 53, 0, 9208, 0),
    ("市农牧局", 41, 40, 33, 38, 0, 9117, -3),
    ("市生态环境局", 69, 66, 52, 63, 2, 8874, 0),
    ("市自然资源局", 118, 111, 84, 105, 3, 8642, 1),
    ("市住房和城乡建设局", 132, 121, 88, 118, 2, 8390, -1),
)


def _rate(part: int, whole: int, excluded: int = 0) -> Figure:
    def hundredths(of: int) -> int:
        return int((Decimal(part) * 10_000 / of).quantize(Decimal(1), ROUND_HALF_UP))

    return Figure(value=hundredths(whole), adjusted=hundredths(whole - excluded), part=part, whole=whole)


def _rows() -> tuple[LeagueRow, ...]:
    rows: list[LeagueRow] = []
    for place, (name, cases, contacted, solved, answered, excluded, score, won) in enumerate(_FIGURES, start=1):
        figures = (
            Figure(value=cases),
            _rate(contacted, cases),
            _rate(solved, answered, excluded),
            Figure(value=score),
            Figure(value=won),
        )
        tie = bool(rows) and rows[-1].figures[3].value == score
        rows.append(LeagueRow(rank=rows[-1].rank if tie else place, name=name, figures=figures))
    few = (Figure(value=6), _rate(6, 6), Figure(value=None), Figure(value=None), Figure(value=None))
    return (*rows, LeagueRow(rank=None, name="市应急管理局", figures=few))


BULLETIN = Sample(
    Bulletin(
        issuer=OFFICE,
        title="关于2026年10月份企业诉求接诉即办工作情况的通报",
        mark=f"{OFFICE}文件",
        to=("各旗区人民政府", "市直各有关部门"),
        opening=("现将2026年10月份市直部门企业诉求接诉即办工作情况通报如下：",),
        sections=(
            Section(
                heading="总体情况",
                paragraphs=(
                    "10月份，15个市直部门共承办企业诉求1,021件，其中按期首联991件，响应率97.06%；企业已经表态的941件中"
                    "确认解决834件，解决率88.63%，剔除后89.87%。未回应的诉求单独统计，不计入解决率。",
                ),
            ),
            Section(
                heading="存在问题",
                paragraphs=(
                    "（一）首次联系不够及时。市住房和城乡建设局、市自然资源局有18件诉求未在一个工作日内联系企业。",
                    "（二）办理质量不够高。市住房和城乡建设局解决率连续三个月排名后两位，重办诉求11件，"
                    "主要集中在施工许可和竣工验收环节。",
                ),
            ),
        ),
        tables=(
            LeagueTable(
                title="市直部门企业诉求接诉即办工作情况",
                period="2026年10月1日至10月31日",
                columns=(
                    Column(heading="承办件数", measure=Measure.COUNT),
                    Column(heading="响应率", measure=Measure.RATE),
                    Column(heading="解决率", measure=Measure.RATE),
                    Column(heading="综合得分", measure=Measure.SCORE),
                    Column(heading="位次变化", measure=Measure.CHANGE),
                ),
                rows=_rows(),
                notes=(
                    "响应率＝按期首联且企业未否认的件数÷承办件数；解决率＝确认解决的件数÷企业已经表态的件数。",
                    "“剔除后”为经两人审定剔除以后的数值，原始数据不作改动。",
                    "承办不足10件的部门样本不足，不参加排名；得分相同的名次并列。",
                ),
            ),
        ),
        demands=(
            Section(
                heading="工作要求",
                paragraphs=(
                    "排名后两位的部门，由党组书记组织分析原因，于11月20日前将整改方案书面报送市政企直通办公室。"
                    "各部门要严格落实首办责任，做到有诉必接、接诉即办、办必有果。",
                ),
            ),
        ),
        contact=OFFICE_DESK,
        copies_to=("市委办公室", "市人大常委会办公室", "市政府办公室", "市政协办公室"),
    ),
    imprint("鄂政企通〔2026〕15号", date(2026, 11, 6), "sample-bulletin-7e2f"),
)
