"""What the platform offices decide by two persons, and what they hand over to each other."""

from cases.demands.enums import DeclineReason, Klass
from config.demo.city import CITY
from config.demo.demand_texts.template import DemandText
from config.demo.episodes.episode import Episode, act, proposes

OF_OFFICES: tuple[Episode, ...] = (
    Episode(
        shows="不予受理待另一位受理员决定",
        seen_by=("dsq-sl", "dsq-db"),
        firm=5,
        lead="zwfwj",
        text=DemandText(
            category="OTHER",
            duty_code="ZWFWJ-06",
            title="外地平台扣留我公司店铺保证金",
            text=(
                "我公司在一家外地电商平台开店，{d-45:month}因改卖品类申请退店，平台以“规则调整”为由扣留保证金5万元，客服答复前后不一，"
                "要求我公司再等90天。平台公司注册地不在本市，打过客服电话七次，没有书面答复。希望政府出面协调退还。"
            ),
            wanted="协调平台退还保证金5万元",
            answers={"subject": "电商平台保证金", "contacted": "平台客服，答复再等90天"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(0.55, "firm", "submit"),
            proposes(
                0.25,
                "intake2",
                "decline",
                "平台公司注册地在外省，本市各部门都没有管辖权，消费维权也不适用于经营者。",
                declined_for=DeclineReason.OUT_OF_SCOPE.value,
                channel="平台公司所在地市场监督管理部门",
                channel_contact="全国12315平台",
                explanation="平台公司注册地不在本市，本市部门没有管辖权。请通过全国12315平台选择平台公司所在地，"
                "附退店申请和客服答复截图。",
            ),
        ),
    ),
    Episode(
        shows="不予受理（涉法涉诉）",
        seen_by=("dsq-sl", "qy04"),
        firm=4,
        lead="scjgj",
        text=DemandText(
            category="MARKET",
            duty_code="SCJGJ-06",
            title="软件著作权纠纷案希望先停止对方销售",
            text=(
                "我公司一款仓储管理软件被前合作方改名销售，{d-80:month}已向法院起诉，案件正在审理，下次开庭在{d+20}。对方仍在投标时使用"
                "该软件，我公司担心等到判决时市场已经丢掉。希望有关部门先责令对方停止销售，等判决后再说。"
            ),
            wanted="责令对方停止销售",
            answers={"matter": "RIGHTS", "agency": "前合作方"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(5.6, "firm", "submit"),
            proposes(
                5.4,
                "intake",
                "decline",
                "企业自述已经起诉，案件在审，所求事项属于法院行为保全的范围。",
                declined_for=DeclineReason.LITIGATION.value,
                channel="",
                channel_contact="",
                explanation="案件正在法院审理，行政机关不能代为认定。需要先停止对方销售的，请向审理法院申请行为保全。",
            ),
            act(5.2, "intake2", "consent", reason="同意，答复里已写明可以向法院申请保全。"),
        ),
    ),
    Episode(
        shows="升档：由一般升为复杂",
        seen_by=("nyj-cb2", "dsq-pd", "dsq-sl"),
        firm=2,
        lead="nyj",
        handler=1,
        text=DemandText(
            category="ENERGY",
            duty_code="NYJ-02",
            title="新建中试线要求双回路临时供电",
            text=(
                "我公司中试线{d+40}点火，炉温保持期间不能断电，需要在现有线路外再接一路临时电源。{d-18}提出申请，供电单位说附近"
                "线路负荷已满，要从另一座变电站引线，跨一条县道和一片林地。中试线停一次炉，损失坩埚和原料约60万元。"
            ),
            wanted="{d+35}前接通第二路电源",
            answers={"kind": "POWER", "capacity": "第二路临时电源400千伏安", "applied": "WAITING"},
            result_text="",
            plan_steps=(),
            first_contact="电话联系企业经办人，核对负荷和点火日期，说明跨路跨林地需要多部门会商。",
        ),
        acts=(
            act(2.6, "firm", "submit"),
            act(2.4, "intake", "accept", klass=Klass.ORDINARY.value),
            act(1.8, "liaison", "acknowledge"),
            act(1.65, "handler", "contact"),
            proposes(
                1.4,
                "dispatcher",
                "reclassify",
                "引线跨县道和林地，需要三个部门现场会商，按一般件办不完。",
                klass=Klass.COMPLEX.value,
                reason="第二路电源要跨县道和林地，须会同交通、林草部门现场踏勘，按复杂件办理，办结期限相应顺延。",
            ),
            act(0.9, "intake", "consent"),
        ),
    ),
    Episode(
        shows="上报市级后转给另一旗区办理",
        seen_by=("kbsq-pd", "shi-pd", "jtj-cb1"),
        firm=9,
        lead="jtj",
        text=DemandText(
            category="TRANSPORT",
            duty_code="JTJ-07",
            title="支架堆场出口与国道连接段没有路面",
            text=(
                "我公司在康巴什区注册，光伏支架堆场设在东胜区，堆场出口到国道有340米土路，雨雪天重车陷车。{d-50:month}问过两个区，都说"
                "连接段不归自己修。{d+30}起集中发运1200吨支架，希望先铺砂砾保通，再定正式接入方案。"
            ),
            wanted="{d+28}前铺砂砾保通，明确接入方案",
            answers={"matter": "ROAD", "route": "堆场出口至国道连接段340米", "vehicles": "30"},
            result_text="",
            plan_steps=("会同两区到现场确定路权", "铺砂砾保通", "编制正式接入方案"),
            first_contact="电话联系企业经办人，核实堆场位置和发运计划，约定到现场查看。",
        ),
        acts=(
            act(5.6, "firm", "submit"),
            act(5.4, "intake", "accept"),
            proposes(5.2, "dispatcher", "report_up", "堆场在东胜区，企业在我区注册，路段权属跨区，请市级统筹。"),
            act(4.8, f"dispatcher@{CITY.code}", "consent", reason="同意上报，由市级协调。"),
            act(
                4.5,
                f"dispatcher@{CITY.code}",
                "pass_down",
                office="150602",
                reason="经核实，连接段全部在东胜区境内，由东胜区办公室派单并跟踪。",
            ),
            act(4.2, "dispatcher@150602", "dispatch", note="请交通部门牵头，先保通后接入。"),
            act(3.6, "liaison", "acknowledge"),
            act(3.45, "handler", "contact"),
            act(2.4, "handler", "plan"),
        ),
    ),
    Episode(
        shows="旗区上报，待市级派单",
        seen_by=("shi-pd", "dltq-pd"),
        firm=12,
        lead="nmj",
        text=DemandText(
            category="POLICY",
            duty_code="NMJ-04",
            title="跨旗收奶冷藏车能否享受冷链补贴",
            text=(
                "我公司在达拉特旗和杭锦旗设有六个奶站，{d-65:month}购置冷藏车8辆，投资312万元。补贴办法写的是“加工环节冷链设施”，"
                "两个旗的理解不一样，一个说车辆可以报，一个说只认冷库。申报{d+20}截止，同一批车不能在两个旗各报一半。"
            ),
            wanted="统一口径，明确向哪里申报",
            answers={"policy": "畜产品加工冷链设施补贴", "progress": "APPLYING", "amount": "94"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(1.6, "firm", "submit"),
            act(1.4, "intake", "accept"),
            proposes(0.9, "dispatcher", "report_up", "两个旗口径不一，须市级部门统一解释。"),
            act(0.5, f"dispatcher@{CITY.code}", "consent"),
        ),
    ),
)
