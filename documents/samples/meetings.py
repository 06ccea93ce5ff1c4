"""Samples of 签到表 and 会议通知."""

from datetime import date

from documents.content.meetings import AttendanceRow, AttendanceSheet, MeetingNotice, Presence
from documents.content.parts import Contact
from documents.samples.parts import OFFICE, Sample, at, imprint

MEETING = "晴野光伏材料有限公司二期项目政企对话专题会议"
PLACE = "市政务服务中心三楼第二会议室"


def _scanned(name: str, post: str, organisation: str, time: str) -> AttendanceRow:
    return AttendanceRow(
        name=name,
        post=post,
        organisation=organisation,
        presence=Presence.PRESENT,
        signed_at=at(f"2026-11-18T{time}"),
    )


ATTENDANCE = Sample(
    AttendanceSheet(
        issuer=OFFICE,
        title="会议签到表",
        meeting=MEETING,
        held_at=at("2026-11-18T09:00"),
        place=PLACE,
        host="张建国",
        rows=(
            _scanned("张建国", "副市长", "市人民政府", "08:58"),
            _scanned("李镕", "党组书记、局长", "市自然资源局", "08:47"),
            _scanned("王堃", "党组成员、副局长", "市能源局", "08:51"),
            _scanned("赵喆", "党组书记", "市住房和城乡建设局", "08:49"),
            _scanned("孙晔", "副局长", "市应急管理局", "09:02"),
            AttendanceRow(
                name="钱旻昊",
                post="党组书记、局长",
                organisation="市财政局",
                presence=Presence.EXCUSED,
                reason="参加自治区财政工作会议，已书面请假",
            ),
            _scanned("王頔", "帮办代办员", "市行政审批政务服务与数据管理局", "08:40"),
            _scanned("乌云其木格", "副区长", "康巴什区人民政府", "08:55"),
            AttendanceRow(
                name="斯琴高娃",
                post="副主任",
                organisation="康巴什高新技术产业园区管理委员会",
                presence=Presence.ABSENT,
            ),
            _scanned("周祎", "副总经理", "鄂尔多斯供电公司", "08:57"),
            AttendanceRow(
                name="赵䶮",
                post="党支部书记、董事长",
                organisation="鄂尔多斯市晴野光伏材料有限公司",
                presence=Presence.PRESENT,
            ),
            _scanned("吴赟", "项目总监", "鄂尔多斯市晴野光伏材料有限公司", "08:42"),
        ),
    ),
    imprint("签到〔2026〕12号", date(2026, 11, 18), "sample-attendance-9m2p"),
)

NOTICE = Sample(
    MeetingNotice(
        issuer=OFFICE,
        title="关于召开晴野光伏材料有限公司二期项目政企对话专题会议的通知",
        mark=OFFICE,
        to=(
            "市自然资源局",
            "市能源局",
            "市住房和城乡建设局",
            "市财政局",
            "市行政审批政务服务与数据管理局",
            "康巴什区人民政府",
            "鄂尔多斯市晴野光伏材料有限公司",
        ),
        opening=(
            "为协调解决鄂尔多斯市晴野光伏材料有限公司二期项目建设中的有关问题，经研究，定于近日召开政企对话专题会议。"
            "现将有关事项通知如下：",
        ),
        held_at=at("2026-11-18T09:00"),
        place="市政务服务中心三楼第二会议室（康巴什区鄂尔多斯大街）",
        host="市人民政府副市长张建国",
        participants=(
            "本通知主送各部门党组书记或者分管负责人",
            "康巴什区人民政府分管负责人",
            "鄂尔多斯市晴野光伏材料有限公司党支部书记及项目负责人",
        ),
        topics=("二期项目用地容积率调整", "施工临时用电和正式用电双回路供电方案", "施工许可分阶段办理"),
        requirements=(
            "请各单位围绕议题提前与企业对接，形成书面办理意见，于11月16日下班前报送市政企直通办公室。",
            "参会人员原则上不得请假；确有特殊情况的，须书面说明原因，并委派熟悉情况的负责同志参加。",
            "请参会人员提前十分钟到会，凭会议二维码签到。",
        ),
        answer_by=date(2026, 11, 16),
        contact=Contact(name="郑䶮", phone="0477-8500125"),
        attachments=("企业诉求及前期办理情况", "会议议程"),
        copies_to=("市委办公室", "市政府办公室"),
    ),
    imprint("鄂政企通函〔2026〕41号", date(2026, 11, 13), "sample-notice-4t8w"),
)
