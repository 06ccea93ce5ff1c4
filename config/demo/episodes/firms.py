"""What firms do besides answering: redo, withdrawal, nudge, hiding, recusal, several matters at once."""

from cases.demands.enums import Confirmation, Identity
from config.demo.demand_texts.template import DemandText
from config.demo.episodes.episode import Episode, act

TOGETHER = "两件事一次提交"

OF_FIRMS: tuple[Episode, ...] = (
    Episode(
        shows="重办第 2 轮，企业催办过",
        seen_by=("nyj-cb2", "qy07"),
        firm=7,
        lead="nyj",
        text=DemandText(
            category="ENERGY",
            duty_code="NYJ-05",
            title="分梳车间谷段电量没有按谷段计价",
            text=(
                "我公司分梳车间改为夜班生产，谷段用电占六成。{d-62:month}换了新电表，连续两个月账单把23点以后的电量记成平段，多收约"
                "2.6万元。营业厅说是电表时段没有设好，可以改，但已经出的账单不能调。希望重新核算两个月电费，把多收的退回来。"
            ),
            wanted="重新核算两个月电费并退回多收部分",
            answers={"kind": "PRICE", "capacity": "月用电约18万度，谷段占六成", "applied": "REFUSED"},
            result_text=(
                "我局{r-3}协调供电单位核对电表，时段设置有误已经更正，{r-1}起按谷段计价。前两个月账单由企业向营业厅提出"
                "更正申请，供电单位按内部流程核算后处理，结果由营业厅电话告知企业。"
            ),
            plan_steps=("调取电表时段记录", "协调重新核算", "书面告知结果"),
            first_contact="电话联系企业经办人，核对电表号和两个月账单，说明办理步骤。",
        ),
        acts=(
            act(9.6, "firm", "submit"),
            act(9.4, "intake", "accept"),
            act(8.8, "liaison", "acknowledge"),
            act(8.65, "handler", "contact"),
            act(7.8, "handler", "plan"),
            act(6.4, "handler", "result", outcome="PARTLY"),
            act(5.8, "signer", "sign"),
            act(4.4, "firm", "confirm", confirmation=Confirmation.PARTLY.value, note="时段改了，多收的钱没有退。"),
            act(2.6, "firm", "redo", reason="营业厅仍说账单不能更正，多收的2.6万元没有退，请换一位同志重新办。"),
            act(2.3, "liaison", "name", handler="other", reason="重办由另一位承办人办理。"),
            act(
                2.1, "other", "attach_internal", uploads=["首轮通话记录.pdf"], description="首轮办理情况，仅供内部参考"
            ),
            act(1.2, "other", "plan"),
            act(0.6, "firm", "nudge", text="供电单位本周要关账，请尽快给个准信。"),
        ),
    ),
    Episode(
        shows="重办第 3 轮，联络员暂代承办",
        seen_by=("scjgj-ll", "scjgj-sj", "qy04"),
        firm=4,
        lead="scjgj",
        text=DemandText(
            category="MARKET",
            duty_code="SCJGJ-04",
            title="移出异常名录后外地平台仍显示异常",
            text=(
                "我公司因通信地址失联被列入经营异常名录，{d-33:month}补正地址后已经移出。但省外两个招标平台抓取的数据仍显示“异常”，"
                "打电话过去说以登记机关推送为准，登记机关说已经推送。{d+18}有一个投标截止，需要一份能被平台认可的证明。"
            ),
            wanted="招标平台显示正常，或者出具证明",
            answers={"matter": "CREDIT", "agency": "登记机关、省外招标平台"},
            result_text=(
                "我局{r-3}核查推送日志，移出信息已于{r-9}推送国家系统。招标平台数据更新周期为一个月，{r-1}已向企业提供"
                "移出决定书电子版，可用于投标时向招标人说明，平台数据以国家系统公示为准。"
            ),
            plan_steps=("核查推送日志", "联系招标平台", "出具证明"),
            first_contact="电话联系企业经办人，核对移出决定书编号和招标平台名称。",
        ),
        acts=(
            act(16.6, "firm", "submit"),
            act(16.4, "intake", "accept"),
            act(15.8, "liaison", "acknowledge"),
            act(15.65, "handler", "contact"),
            act(14.8, "handler", "plan"),
            act(12.4, "handler", "result", outcome="EXPLAINED"),
            act(11.7, "signer", "sign"),
            act(9.6, "firm", "redo", reason="平台不认决定书电子版，要求登记机关盖章证明。"),
            act(9.3, "liaison", "name", handler="other", reason="重办由另一位承办人办理。"),
            act(8.4, "other", "plan"),
            act(5.6, "other", "result", outcome="PARTLY"),
            act(4.7, "secretary", "sign"),
            act(0.6, "firm", "redo", reason="两个平台只改了一个，另一个仍显示异常，投标截止就在眼前。"),
        ),
    ),
    Episode(
        shows="部门联系后撤回，已标记",
        seen_by=("dsq-db", "qy05"),
        firm=5,
        lead="zwfwj",
        text=DemandText(
            category="OTHER",
            duty_code="ZWFWJ-07",
            title="开分仓被要求重复提交场地证明",
            text=(
                "我公司在园区新开一个分仓，登记、消防、税务三个窗口各要一份场地使用证明原件，出租方只肯盖一次章。{d-10}到综合窗口问能否"
                "共用一份，答复说各家系统不通。分仓{d+14}要接第一批货，证明凑不齐，货就只能放在临时库。"
            ),
            wanted="三个窗口共用一份场地证明",
            answers={"subject": "重复索要证明材料", "contacted": "政务大厅综合窗口，答复系统不通"},
            result_text="",
            plan_steps=(),
            first_contact="电话联系企业经办人，说明可以用电子证照核验，建议企业先到窗口再试一次。",
        ),
        acts=(
            act(2.6, "firm", "submit"),
            act(2.4, "intake", "accept"),
            act(1.6, "liaison", "acknowledge"),
            act(0.9, "handler", "contact"),
            act(0.3, "firm", "withdraw", reason="承办人来电说撤回后再到窗口办更快，我们先撤回试试。"),
        ),
    ),
    Episode(
        shows="撤回后又恢复",
        seen_by=("kjj-cb1", "dsq-db", "qy06"),
        firm=6,
        lead="kjj",
        text=DemandText(
            category="TECHNOLOGY",
            duty_code="KJJ-03",
            title="科技项目负责人变更能否先用电子签",
            text=(
                "我公司承担的市级科技项目负责人{d-22}离职，要在{d+16}前办完负责人变更，否则影响中期检查。变更申请要求原负责人签字，"
                "他已在外地工作，纸质件往返要十天。问能否用电子签名或者由公司出具说明代替，业务科室说没有先例。"
            ),
            wanted="同意用电子签办理变更",
            answers={"matter": "PROJECT", "project": "工业数据治理关键技术", "deadline": "{d+16:iso}"},
            result_text="",
            plan_steps=("核对项目任务书", "明确签字方式", "办理负责人变更"),
            first_contact="电话联系企业经办人，核对项目编号和中期检查日期。",
        ),
        acts=(
            act(3.6, "firm", "submit"),
            act(3.4, "intake", "accept"),
            act(2.7, "liaison", "acknowledge"),
            act(2.55, "handler", "contact"),
            act(1.8, "firm", "withdraw", reason="以为原负责人可以回来签字，先撤回。"),
            act(1.3, "firm", "undo_withdrawal"),
            act(0.7, "handler", "plan"),
        ),
    ),
    Episode(
        shows="对承办部门隐名，平台转递消息",
        seen_by=("nyj-cb2", "dsq-sl", "qy06"),
        firm=6,
        lead="nyj",
        handler=1,
        identity=Identity.HIDDEN,
        text=DemandText(
            category="ENERGY",
            duty_code="NYJ-03",
            title="机房所在园区一个月内停电四次",
            text=(
                "我们的机房在园区内，{d-30:month}以来计划停电四次，两次只提前一天通知，柴油发电机连续运行最长9小时。问供电单位说是配合园区"
                "施工，问园区说不知道施工安排。担心提意见影响以后的用电审批，所以不公开名称。希望停电集中安排，提前7天通知。"
            ),
            wanted="停电集中安排并提前7天通知",
            answers={"kind": "PRICE", "capacity": "机房负荷约500千瓦", "applied": "WAITING"},
            result_text="",
            plan_steps=("调取停电计划和施工安排", "协调合并停电窗口", "建立提前通知机制"),
            first_contact="",
        ),
        acts=(
            act(4.6, "firm", "submit"),
            act(4.4, "intake", "accept", note="企业对承办部门隐名，请通过平台转递消息联系。"),
            act(3.8, "liaison", "acknowledge"),
            act(
                3.65,
                "handler",
                "relay_to_firm",
                text="您好，诉求已经收到。请告知四次停电的大致日期，以及最短需要提前几天通知。",
            ),
            act(
                3.2,
                "firm",
                "relay_to_department",
                text="四次都在上个月，两次在月初、两次在下旬。提前7天通知就能安排检修和迁移。",
            ),
            act(
                2.7,
                "handler",
                "relay_to_firm",
                text="已调取停电计划，下月还有两次，正在协调合并成一次，定下来先通知您。",
            ),
            act(2.5, "handler", "plan"),
            act(0.7, "firm", "relay_to_department", text="合并成一次可以，最好安排在周六夜里。"),
        ),
    ),
    Episode(
        shows="对承办部门隐名，一个附件待放行",
        seen_by=("dsq-sl", "dsq-pd", "scjgj-cb1"),
        firm=2,
        lead="scjgj",
        identity=Identity.HIDDEN,
        text=DemandText(
            category="MARKET",
            duty_code="SCJGJ-05",
            title="同一批产品被三级抽检重复送样",
            text=(
                "我们的同一批产品在{d-28:month}先后被市、区两级和第三方抽样三次，每次送样12公斤，检验项目一样。样品价值高，抽检期间整批封存"
                "不能发货，一次压货十天。问能否互认检验结果，检查人员说各有各的任务。怕被认为不配合检查，所以不公开名称。"
            ),
            wanted="同一批次检验结果互认",
            answers={"matter": "INSPECTION", "agency": "市、区两级抽检单位"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(2.7, "firm", "submit"),
            act(2.5, "intake", "accept"),
            act(1.9, "liaison", "acknowledge"),
            act(1.7, "handler", "relay_to_firm", text="请提供三次抽样的单据，可以遮住企业名称，由平台审核后转给我们。"),
            act(
                1.2,
                "firm",
                "attach",
                uploads=["抽样单（已遮名）.pdf", "封存现场.png"],
                description="三次抽样的单据和封存照片",
            ),
            act(0.6, "intake", "release_attachment"),
        ),
    ),
    Episode(
        shows="承办人回避，换人继续办理",
        seen_by=("nyj-cb2", "dsq-sl", "qy03"),
        firm=3,
        lead="nyj",
        text=DemandText(
            category="ENERGY",
            duty_code="NYJ-01",
            title="充电场站增容方案迟迟没有答复",
            text=(
                "我公司在园区建电动重卡充电场站，需从800千伏安增容到2500千伏安，{d-55:month}递交申请，供电方案三次说“下周出”。场站土建已完，"
                "32辆电动重卡{d+33}到货，增容不到位，车到了也充不上电，只能继续用燃油车，运输合同里写了新能源比例。"
            ),
            wanted="{d+20}前取得供电方案答复单",
            answers={"kind": "POWER", "capacity": "现有800千伏安，需要2500千伏安", "applied": "WAITING"},
            result_text="",
            plan_steps=("核对申请受理和间隔资源", "召开供电方案协调会", "送达供电方案答复单"),
            first_contact="电话联系企业经办人，核对申请日期和车辆到货计划。",
        ),
        acts=(
            act(4.6, "firm", "submit"),
            act(4.4, "intake", "accept"),
            act(3.7, "liaison", "acknowledge"),
            act(3.5, "handler", "contact"),
            act(
                3.2,
                "firm",
                "ask_recusal",
                name="本件承办人",
                unit="市能源局",
                reason="他的弟弟经营另一家充电场站，与我公司在同一园区竞争。",
            ),
            act(2.7, "intake", "recuse", person="handler", reason="经核实，亲属经营同类场站，存在利害关系。"),
            act(2.4, "liaison", "name", handler="other", reason="按回避要求更换承办人，卷宗已交接。"),
            act(1.5, "other", "plan"),
        ),
    ),
    *(
        Episode(
            shows=TOGETHER,
            seen_by=("qy01", "dsq-sl"),
            firm=1,
            lead=lead,
            submission=TOGETHER,
            text=text,
            acts=(act(0.45, "firm", "submit"),),
        )
        for lead, text in (
            (
                "jtj",
                DemandText(
                    category="TRANSPORT",
                    duty_code="JTJ-08",
                    title="鲜果配送车夜间进城通行证缩短时段",
                    text=(
                        "我公司6辆配送车原来的通行证允许21点后进城，{d-12}换证时改成23点后，超市夜间收货22点半截止，每天有两车货要"
                        "压到次日，鲜果损耗上升。问窗口说时段统一调整，没有看到文件。希望对生鲜配送保留原时段。"
                    ),
                    wanted="生鲜配送车恢复21点后通行",
                    answers={"matter": "PASS", "route": "园区至主城区各超市", "vehicles": "6"},
                    result_text="",
                    plan_steps=(),
                    first_contact="",
                ),
            ),
            (
                "rsj",
                DemandText(
                    category="TALENT",
                    duty_code="RSJ-02",
                    title="季节工社保补贴按月还是按季申领",
                    text=(
                        "我公司采收季用工90人，其中42人签三个月合同并缴纳社保。社保补贴指南写“按季申领”，合同期跨两个季度，窗口说"
                        "两个季度都不满三个月不能领。去年同样情况领到过，经办人换了以后口径变了，希望给一个书面答复。"
                    ),
                    wanted="明确跨季合同如何申领补贴",
                    answers={"matter": "SUBSIDY", "people": "42", "handled_at": "政务大厅人社窗口"},
                    result_text="",
                    plan_steps=(),
                    first_contact="",
                ),
            ),
        )
    ),
)
