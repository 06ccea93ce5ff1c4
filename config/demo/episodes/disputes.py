"""Whose business it is: returns and their arbitration, the precedent, transfers."""

from config.demo.demand_texts.template import DemandText
from config.demo.episodes.episode import Episode, act, proposes

STEAM_IS_MUNICIPAL = "《城镇供热管理办法》第八条：管网配套由住房和城乡建设主管部门负责"

DISPUTES: tuple[Episode, ...] = (
    Episode(
        shows="退单待裁，今天到期",
        seen_by=("dsq-cj",),
        firm=7,
        lead="nyj",
        text=DemandText(
            category="ENERGY",
            duty_code="ZJJ-05",
            title="厂区东侧蒸汽支管移位没人批",
            text=(
                "我公司水洗车间扩建，要把厂区东侧一段60米的蒸汽支管往北移4米。{d-20}向供热企业提出，对方说管线是园区配套，"
                "要主管部门先出意见；到窗口问，窗口说不知道该由哪个局出。施工队{d+15}进场，支管不移，基坑就不能开挖。"
            ),
            wanted="{d+12}前明确由谁审批并出具意见",
            answers={"kind": "HEAT_GAS", "capacity": "支管60米，日用汽约40吨", "applied": "WAITING"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(2.4, "firm", "submit"),
            act(2.2, "intake", "accept", note="材料齐全，予以受理。"),
            act(1.9, "dispatcher", "dispatch", note="请先核对管线权属。"),
            proposes(
                1.2,
                "liaison",
                "send_back",
                "支管属于园区供热配套，建设和移位审批都不在我局职责内。",
                clause=STEAM_IS_MUNICIPAL,
                suggested="zjj",
            ),
            act(0.5, "head", "consent", reason="同意退单。"),
        ),
    ),
    Episode(
        shows="退单待裁，裁决已超期，企业催办",
        seen_by=("dsq-cj", "qy06"),
        firm=6,
        lead="fgw",
        text=DemandText(
            category="ENERGY",
            duty_code="SCJGJ-07",
            title="写字楼物业电费里加收空调分摊",
            text=(
                "我公司租用的写字楼由物业转供电，{d-60:month}起每度电在电网价格之外加收0.32元，名目是中央空调分摊，但空调费另有"
                "账单。要求物业出示向供电公司缴费的凭证，对方不给。全年用电约21万度，多付近7万元，楼里另有十几家企业情况相同。"
            ),
            wanted="退还多收电费，公示缴费凭证",
            answers={"kind": "PRICE", "capacity": "年用电约21万度", "applied": "REFUSED"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(3.4, "firm", "submit"),
            act(3.2, "intake", "accept"),
            act(2.9, "dispatcher", "dispatch"),
            proposes(
                1.8,
                "liaison",
                "send_back",
                "转供电加价属于价格违法行为查处，由市场监管部门执法；我委只管电价政策。",
                clause="《价格违法行为行政处罚规定》第二条",
                suggested="scjgj",
            ),
            act(1.4, "head", "consent"),
            act(0.2, "firm", "nudge", text="换了三个电话都说在等裁决，请告诉我们由谁办。"),
        ),
    ),
    Episode(
        shows="同意退单后改派另一部门，留下裁决先例",
        seen_by=("zjj-cb1", "nyj-ll", "dsq-pd"),
        firm=1,
        lead="nyj",
        text=DemandText(
            category="ENERGY",
            duty_code="ZJJ-05",
            title="果品烘干线等蒸汽主管加压",
            text=(
                "我公司烘干线需要0.8兆帕蒸汽，园区主管末端只有0.5兆帕，两台烘干机只能开一台。{d-40:month}向供热企业反映，答复说"
                "加压站是园区配套工程，已经立项没有开工。鲜枣{d+45}集中上市，压力上不来，三百多吨果子只能低价卖鲜货。"
            ),
            wanted="{d+40}前主管压力达到0.8兆帕",
            answers={"kind": "HEAT_GAS", "capacity": "日用汽35吨，需要0.8兆帕", "applied": "WAITING"},
            result_text="",
            plan_steps=("会同园区和供热企业核实压力", "加压站开工手续并联办理", "临时加压设备到场"),
            first_contact="电话联系企业经办人，核实用汽压力和烘干计划，约定到现场测压。",
        ),
        acts=(
            act(8.4, "firm", "submit"),
            act(8.2, "intake", "accept"),
            act(7.9, "dispatcher", "dispatch"),
            proposes(
                7.3,
                "liaison",
                "send_back",
                "加压站和蒸汽主管是园区供热配套，立项和建设由住建部门负责，我局没有审批事项。",
                clause=STEAM_IS_MUNICIPAL,
                suggested="zjj",
            ),
            act(6.8, "head", "consent", reason="情况属实，同意退单。"),
            act(
                6.3,
                "arbitrator",
                "uphold_return",
                reason="园区蒸汽管网的建设、加压和移位属于供热配套，由住建部门牵头；只有涉及热源供应量时，才由能源部门牵头。",
            ),
            act(6.1, "dispatcher", "dispatch", lead="zjj", note="按裁决意见改派。"),
            act(5.5, "liaison@zjj", "acknowledge"),
            act(5.3, "handler@zjj", "contact"),
            act(4.4, "handler@zjj", "plan"),
            act(
                3.6, "firm", "attach", uploads=["蒸汽压力记录.pdf", "烘干机压力表.png"], description="近十天的压力记录"
            ),
            act(2.5, "handler@zjj", "reply", text="临时加压设备已经租定，到场后先保一条烘干线，加压站手续同步办理。"),
        ),
    ),
    Episode(
        shows="待派单，职责事项有裁决先例",
        seen_by=("dsq-pd",),
        firm=7,
        lead="zjj",
        text=DemandText(
            category="ENERGY",
            duty_code="ZJJ-05",
            title="染整车间申请接入园区蒸汽管网",
            text=(
                "我公司染整车间现用电锅炉，一吨蒸汽成本比园区集中供汽高一倍多。园区蒸汽主管离厂界只有180米，{d-25}提出接入申请，"
                "供热企业说要等管网二期规划，规划由哪个部门定说不清。希望今年采暖季前能够接入，电锅炉留作备用。"
            ),
            wanted="明确接入条件和最早接入日期",
            answers={"kind": "HEAT_GAS", "capacity": "现用电锅炉4吨，需要日供汽60吨", "applied": "WAITING"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(0.6, "firm", "submit"),
            act(0.35, "intake", "accept", duty_item="ZJJ-05", note="材料齐全；此前同一事项有过退单，请派单前看先例。"),
        ),
    ),
    Episode(
        shows="驳回退单，由原部门办理",
        seen_by=("czj-cb1", "czj-ll"),
        firm=6,
        lead="czj",
        text=DemandText(
            category="POLICY",
            duty_code="KJJ-05",
            title="数据平台研发奖补批复后迟迟不拨",
            text=(
                "我公司数据治理平台项目列入市级研发奖补，{d-95:month}公示结束，批复金额36万元。科技部门说资金计划已经送出，财政部门说"
                "指标还没有下达，两边各问过三次，没有一个日期。年底要付云资源和人员费用，账上只够两个月周转。"
            ),
            wanted="明确拨付日期，年底前到账",
            answers={"policy": "市级研发投入奖补", "progress": "APPROVED", "amount": "36"},
            result_text="",
            plan_steps=("核对指标下达和资金计划", "与科技部门对账", "拨付并书面告知企业"),
            first_contact="电话联系企业经办人，核对批复文号和收款账户，说明拨付环节。",
        ),
        acts=(
            act(6.4, "firm", "submit"),
            act(6.2, "intake", "accept"),
            act(5.9, "dispatcher", "dispatch"),
            proposes(
                5.5,
                "liaison",
                "send_back",
                "奖补项目由科技部门评审和下达，我局只按计划拨款。",
                clause="《市级科技创新专项资金管理办法》第六条",
                suggested="kjj",
            ),
            act(4.8, "head", "consent"),
            act(
                4.3,
                "arbitrator",
                "reject_return",
                reason="项目已经批复公示，评审环节已完成，企业问的是资金拨付，属于财政部门职责，由原部门继续办理。",
            ),
            act(4.15, "liaison", "contact"),
            act(3.8, "liaison", "name", reason="裁决后由业务科室承办，期限照旧。"),
            act(2.6, "handler", "plan"),
            act(1.5, "handler", "attach_public", uploads=["资金计划核对单.pdf"], description="与科技部门核对后的计划"),
        ),
    ),
    Episode(
        shows="两个部门都退单，兜底交办先办后议",
        seen_by=("sthjj-cb1", "dsq-cj"),
        firm=1,
        lead="fgw",
        text=DemandText(
            category="ENVIRONMENT",
            duty_code="STHJJ-05",
            title="清洗废水按两个标准重复收费",
            text=(
                "我公司果品清洗废水排入园区污水厂，{d-70:month}起园区按浓度加收处理费，市政排水费仍照旧收取，同一吨水交两份钱，"
                "每月多付约1.8万元。问园区说收费有文件，问排水公司说与园区无关。希望明确只按一个标准收，多交的部分能够抵扣。"
            ),
            wanted="明确收费标准，多交部分抵扣",
            answers={"matter": "CHARGE", "effect": "每月多支出约1.8万元，清洗线只能减少班次"},
            result_text="",
            plan_steps=("会同三部门核对收费依据", "明确执行标准并书面告知", "办理多收费用抵扣"),
            first_contact="电话联系企业经办人，调取近六个月的缴费单，说明由我局先行牵头。",
        ),
        acts=(
            act(7.4, "firm", "submit"),
            act(7.2, "intake", "accept"),
            act(6.9, "dispatcher", "dispatch"),
            proposes(
                6.5,
                "liaison",
                "send_back",
                "排水收费标准由主管部门执行，我委只负责定价，没有收到调价申请。",
                clause="《政府制定价格行为规则》第四条",
                suggested="zjj",
            ),
            act(6.2, "head", "consent"),
            act(5.8, "arbitrator", "uphold_return", reason="企业问的是收费执行，不是定价，改由排水主管部门核实。"),
            act(5.6, "dispatcher", "dispatch", lead="zjj"),
            proposes(
                5.2,
                "liaison@zjj",
                "send_back",
                "园区污水厂不在市政排水系统内，按浓度收费由生态环境部门核定。",
                clause="《城镇排水与污水处理条例》第三十二条",
                suggested="sthjj",
            ),
            act(4.7, "head@zjj", "consent"),
            act(
                4.3,
                "arbitrator",
                "assign_lead",
                lead="sthjj",
                reason="两个部门先后退单，企业不能再等。由生态环境部门先行牵头办理，职责分工另行研究后写入职责清单。",
            ),
            act(4.15, "liaison@sthjj", "contact"),
            act(3.6, "liaison@sthjj", "name", reason="交业务科室承办，期限不变。"),
            act(2.4, "handler@sthjj", "plan"),
        ),
    ),
    Episode(
        shows="经接收部门同意转办",
        seen_by=("czj-cb1", "gxj-ll"),
        firm=2,
        lead="gxj",
        text=DemandText(
            category="ARREARS",
            duty_code="GXJ-01",
            title="学校改造保温材料款验收后未付",
            text=(
                "我公司供应的保温材料用于一所公办学校改造，{d-210:month}验收合格，合同约定验收后60日内付清。现已逾期，尚欠47万元。"
                "学校说改造资金由财政统筹，钱没有到；施工单位说以学校付款为准。我公司原料款到期，只能用短期借款垫付。"
            ),
            wanted="明确付款单位和付款日期",
            answers={"debtor_kind": "PUBLIC", "debtor": "一所公办学校", "amount": "47", "due_on": "{d-150:iso}"},
            result_text="",
            plan_steps=("核对改造资金拨付进度", "约谈付款单位明确日期", "跟踪到账"),
            first_contact="电话联系企业经办人，核对合同、验收单和欠款余额，说明已由我局接办。",
        ),
        acts=(
            act(6.6, "firm", "submit"),
            act(6.4, "intake", "accept"),
            act(6.2, "dispatcher", "dispatch"),
            act(5.6, "liaison", "acknowledge"),
            act(5.45, "handler", "contact", summary="电话核对合同和验收单，查明改造资金由财政统筹拨付。"),
            proposes(4.6, "liaison", "transfer", "查明改造资金由市财政统筹，拨付环节在贵局，请接办。", lead="czj"),
            act(3.7, "liaison@czj", "consent", reason="同意接办。"),
            act(2.8, "liaison@czj", "acknowledge"),
            act(2.6, "handler@czj", "contact"),
            act(1.3, "handler@czj", "plan"),
        ),
    ),
    Episode(
        shows="转办待接收部门决定",
        seen_by=("nyj-ll", "nyj-fg", "zjj-ll"),
        firm=3,
        lead="zjj",
        text=DemandText(
            category="CONSTRUCTION",
            duty_code="ZJJ-07",
            title="停车场出口路灯供电杆挡住货车转弯",
            text=(
                "我公司停车场出口正对一根路灯供电杆，17米挂车右转要借对向车道，{d-35:month}以来剐蹭两次。找过路灯管理单位，答复说灯可以"
                "移，杆上挂着10千伏线路，移杆要供电方面同意。冬季发运高峰每天进出120车次，希望在{d+25}前移开。"
            ),
            wanted="{d+25}前把供电杆移出转弯范围",
            answers={"project": "物流停车场出口", "stage": "UTILITIES", "blocked": "移杆需要供电线路主管部门同意"},
            result_text="",
            plan_steps=(),
            first_contact="电话联系企业经办人，核实杆号和剐蹭情况，约定到现场查看。",
        ),
        acts=(
            act(3.6, "firm", "submit"),
            act(3.4, "intake", "accept"),
            act(2.7, "liaison", "acknowledge"),
            act(2.5, "handler", "contact"),
            act(2.2, "firm", "attach", uploads=["出口现场.png"], description="站在停车场出口拍的"),
            proposes(
                0.6, "liaison", "transfer", "现场核实：灯已可拆，杆上10千伏线路移位由贵局协调，请接办。", lead="nyj"
            ),
        ),
    ),
    Episode(
        shows="退单待部门主要负责人同意",
        seen_by=("zrzyj-zr",),
        firm=2,
        lead="zrzyj",
        text=DemandText(
            category="CONSTRUCTION",
            duty_code="ZRZYJ-07",
            title="厂区围墙外绿化带能否开设货运门",
            text=(
                "我公司原料车与成品车共用南门，每天排队两小时。想在北侧围墙开一个12米货运门，门外是8米宽的绿化带，再外面是园区道路。"
                "问园区说要规划部门同意，问规划窗口说占用绿化带要先有园林意见，来回跑了三趟，没有人能给书面答复。"
            ),
            wanted="明确办理部门、条件和材料",
            answers={"project": "北侧货运门", "stage": "PERMIT", "blocked": "不清楚先办规划还是先办占用绿地"},
            result_text="",
            plan_steps=(),
            first_contact="",
        ),
        acts=(
            act(0.75, "firm", "submit"),
            act(0.55, "intake", "accept"),
            proposes(
                0.2,
                "liaison",
                "send_back",
                "占用绿化带须先经住建部门审批，围墙开门不涉及规划条件变更。",
                clause="《城市绿化条例》第十九条",
                suggested="zjj",
            ),
        ),
    ),
)
