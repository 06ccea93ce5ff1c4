"""What people of the demonstration say besides the demands themselves. Every sentence fits any demand of its kind.

In results, {r-2} is two days before the result and is written out with the demand (see DemandText.dated).
"""

from dataclasses import dataclass

from cases.demands.enums import Outcome

NOTES = {
    "liaison": (
        "已电话告知承办人本件时限，请按方案日期推进。",
        "企业同时打过政务服务热线，内容一致，按本件一并答复，不重复派单。",
        "此事去年有过同类诉求，卷宗在综合科，已交承办人参考。",
    ),
    "handler": (
        "核对过企业上传的材料，缺一页盖章页，已口头告知补交方式。",
        "与业务科室对过口径，按现行文件可以办，答复里写清文号。",
        "现场情况与企业所说一致，照片存卷宗。",
    ),
    "dispatcher": (
        "企业上月有一件相近的诉求，请承办部门对照前次答复，前后口径一致。",
        "请承办部门答复前先与企业通话，企业要参加月底投标。",
    ),
}
REPLIES = (
    "您提交的材料已经齐全，不需要再补。下一步由我们内部流转，不用您跑腿。",
    "今天已到现场核对，情况属实。办理步骤和日期已写在方案里，您随时可以看。",
    "相关单位的意见已经收到，正在出具书面答复，出具当天上传到这里。",
    "您来电问的两点：一是不收费，二是不需要法定代表人到场，委托书即可。",
    "已约定有关单位到场协商，时间和地点由承办人电话通知，请带上材料原件。",
)
RETURN_REASONS = (
    "答复里没有写清完成日期和联系人，请补上后再送。",
    "答复只写了办理过程，没有正面回答企业的第二个问题，请补充。",
    "佐证材料里的回执看不清编号，请换成扫描件。",
)
DENY_REASONS = (
    "当天没有人给我公司打过电话，值班记录上也没有，请再联系一次。",
    "登记的联系人不是我公司经办人，我们没有接到电话。",
)
ACCEPT_NOTES = ("材料齐全，予以受理。", "", "")
URGENT_NOTE = "影响当日生产，按紧急办理。"
DISPATCH_NOTES = ("请按职责清单牵头办理，涉及其他部门的由你单位协调。", "")
SIGN_NOTES = ("同意，送企业确认。", "答复清楚，同意。", "")
CONFIRM_NOTES = {
    "SOLVED": ("问题已经解决，谢谢。", "比承诺的日期早，满意。", "", ""),
    "PARTLY": ("主要问题解决了，剩下的部分希望按答复的日期办完。", "解决了一部分，后面的手续还要跟进。"),
    "UNSOLVED": ("答复看明白了，但我们的困难还在，希望以后政策能考虑到。", "理由说得清楚，问题没有解决。"),
}
CONTACTED_AGAIN = "已按企业标记再次电话联系企业经办人，通话 6 分钟，情况已记入卷宗。"


@dataclass(frozen=True)
class OtherResult:
    """A result that no demand text brings along, for demands of these categories."""

    categories: frozenset[str]
    text: str


OTHER_RESULTS: dict[str, OtherResult] = {
    Outcome.NOT_SUPPORTED: OtherResult(
        frozenset({"POLICY", "FINANCE", "TALENT"}),
        "我单位{r-3}对照现行办法逐条核对，贵公司所报情形不在支持范围内，{r-2}已当面说明不符合的两项条件。"
        "下一批申报条件预计不变，符合后可随时提出。办法原文和核对表{r-1}已发送企业经办人。",
    ),
    Outcome.LEGAL_ROUTE: OtherResult(
        frozenset({"ARREARS", "MARKET", "OTHER"}),
        "我单位{r-4}组织双方核对，对金额和责任的争议须由人民法院或者约定的仲裁机构认定，行政机关不能代为裁决。"
        "{r-2}已把立案所需材料清单和法律援助窗口电话告知企业经办人，{r-1}提供了可以作为证据的登记资料复印件。",
    ),
    Outcome.IMPOSSIBLE: OtherResult(
        frozenset({"LAND", "ENERGY", "TRANSPORT", "CONSTRUCTION", "ENVIRONMENT"}),
        "我单位{r-5}会同有关单位到现场核实，贵公司所提方案与已批准的规划和安全间距要求冲突，目前不能实施。"
        "{r-2}已书面说明理由和依据，并给出两个替代方案的大致费用，贵公司选定后可另行提出。",
    ),
    Outcome.EXPLAINED: OtherResult(
        frozenset(),
        "贵公司所问事项，我单位{r-2}已书面说明适用条件、所需材料、办理地点和时限，并附办事指南一份。"
        "{r-1}与企业经办人电话核对，没有疑问。以后再有同类问题，可以直接拨打指南上的咨询电话。",
    ),
}


@dataclass(frozen=True)
class Message:
    """Something another channel delivered; nobody has said yet which firm it belongs to."""

    district: str
    title: str
    text: str


MESSAGES_FROM = "12345政务服务热线"
MESSAGES: tuple[Message, ...] = (
    Message(
        "150602",
        "园区晚上停水，影响果品加工",
        "来电人称是东胜区沙枣果业的车间主任，说园区从上周起每天晚上十点到凌晨四点停水，清洗线只能停。"
        "问物业说是管网压力不够，没有人说什么时候能好。希望给个准信，好安排工人倒班。",
    ),
    Message(
        "150602",
        "软件企业人才公寓申请没有回音",
        "云栈软件的人事来电，9月给三名新来的工程师申请人才公寓，网上显示“审核中”已经两个月，电话打过四次都让等。"
        "员工现在租房住，想知道还差什么材料。",
    ),
    Message(
        "150602",
        "货车在物流园门口被反复检查",
        "物流公司来电，没有说全称，好像是红柳物流。说同一辆车一个上午在园区门口被两拨人检查，查的内容一样，"
        "司机耽误了装货。问能不能一次查完。",
    ),
    Message(
        "150602",
        "羊绒厂想咨询出口退税之外的补贴",
        "来电人是做羊绒的，想问今年参加境外展会展位费能补多少、什么时候申报，听说截止日期快到了。留了座机，请回电。",
    ),
    Message(
        "150600",
        "冷库电价还按一般工商业收",
        "达拉特旗的一家乳品企业来电，说农产品冷链应当执行优惠电价，供电所说要主管部门出认定文件，不知道该找哪个部门认定。",
    ),
    Message(
        "150600",
        "大件运输许可跨旗区要办两次",
        "来电人是杭锦旗北梁机械的，设备从杭锦旗运到伊金霍洛旗，两边都要求单独申请大件运输许可，问能不能办一次。",
    ),
    Message(
        "150600",
        "政府采购尾款一直没有拨付",
        "康巴什区一家检测公司反映，去年给市里做的检测服务，合同已经履行完，还有18万元尾款没有收到，"
        "对接的科室换了人，说不清楚走到哪一步。",
    ),
    Message(
        "150600",
        "同名企业导致信用信息张冠李戴",
        "来电人称其公司投标时被查出有行政处罚记录，实际是外地同名公司的。平台上不知道找谁更正，投标截止是下周。",
    ),
)
