"""The duty list of the demonstration city: who answers for what, and on what legal basis.

A matter with one owner is dispatched at once; one with several waits for a dispatcher to name the lead. The matters
are typical and stand in for a city's published list. Articles are cited as in force in November 2026; environmental
matters cite regulations only, because the acts were taken into the ecological code of 15 August 2026.
"""

from dataclasses import dataclass

SMALL_FIRMS = "《中华人民共和国中小企业促进法》"
PRIVATE_ECONOMY = "《中华人民共和国民营经济促进法》"
BUSINESS_CLIMATE = "《优化营商环境条例》"
PAYMENT = "《保障中小企业款项支付条例》"
PROJECTS = "《企业投资项目核准和备案管理条例》"
LICENSING = "《中华人民共和国行政许可法》"
LAND_LAW = "《中华人民共和国土地管理法》"
PLANNING_LAW = "《中华人民共和国城乡规划法》"
REAL_ESTATE = "《不动产登记暂行条例》"
POWER_SUPPLY = "《电力供应与使用条例》"
PROJECT_ENVIRONMENT = "《建设项目环境保护管理条例》"
DISCHARGE_PERMIT = "《排污许可管理条例》"
DRAINAGE = "《城镇排水与污水处理条例》"
ROAD_PROTECTION = "《公路安全保护条例》"
ROAD_TRANSPORT = "《中华人民共和国道路运输条例》"
FOREIGN_TRADE = "《中华人民共和国对外贸易法》"
ANIMAL_HUSBANDRY = "《中华人民共和国畜牧法》"
ANIMAL_HEALTH = "《中华人民共和国动物防疫法》"
WORK_SAFETY = "《中华人民共和国安全生产法》"
EQUIPMENT_SAFETY = "《中华人民共和国特种设备安全法》"
EMPLOYMENT = "《中华人民共和国就业促进法》"
INCOME_TAX = "《中华人民共和国企业所得税法》"
PROCUREMENT = "《中华人民共和国政府采购法》"


@dataclass(frozen=True)
class DutyLine:
    """One matter. `klass` is proposed at acceptance and may be changed there; the first owner gives the code."""

    code: str
    category: str
    matter: str
    legal_basis: str
    owners: tuple[str, ...]
    klass: str = "ORDINARY"


FGW, GXJ, KJJ, CZJ, RSJ = ("fgw",), ("gxj",), ("kjj",), ("czj",), ("rsj",)
ZRZYJ, STHJJ, ZJJ, JTJ, NMJ = ("zrzyj",), ("sthjj",), ("zjj",), ("jtj",), ("nmj",)
SWJ, SCJGJ, NYJ, YJJ, ZWFWJ = ("swj",), ("scjgj",), ("nyj",), ("yjj",), ("zwfwj",)

DUTY_LIST: tuple[DutyLine, ...] = (
    # 市发展和改革委员会
    DutyLine("FGW-01", "APPROVAL", "企业投资项目备案和备案信息变更", f"{PROJECTS}第十三条", FGW),
    DutyLine("FGW-02", "APPROVAL", "企业投资项目核准和核准变更", f"{PROJECTS}第十条", FGW, "COMPLEX"),
    DutyLine("FGW-03", "ENERGY", "固定资产投资项目节能审查", "《中华人民共和国节约能源法》第十五条", FGW, "COMPLEX"),
    DutyLine("FGW-04", "FINANCE", "融资信用服务平台授信对接", f"{PRIVATE_ECONOMY}第二十六条", FGW),
    DutyLine("FGW-05", "MARKET", "失信信息信用修复", f"{PRIVATE_ECONOMY}第五十四条", FGW),
    DutyLine("FGW-06", "OTHER", "招标投标活动投诉处理", "《招标投标法实施条例》第六十条", FGW, "COMPLEX"),
    DutyLine("FGW-07", "POLICY", "民间投资重点项目申报和政策性资金", f"{PRIVATE_ECONOMY}第十七条", FGW),
    # 市工业和信息化局
    DutyLine("GXJ-01", "ARREARS", "机关、事业单位拖欠账款清理", f"{PAYMENT}第二十五条", (*GXJ, *CZJ), "COMPLEX"),
    DutyLine("GXJ-02", "ARREARS", "大型企业拖欠中小企业账款投诉处理", f"{PAYMENT}第二十五条", GXJ, "COMPLEX"),
    DutyLine("GXJ-03", "POLICY", "技术改造和设备更新奖补、贴息申报", f"{PRIVATE_ECONOMY}第十六条", GXJ, "COMPLEX"),
    DutyLine("GXJ-04", "TECHNOLOGY", "智能工厂和数字化改造诊断", f"{SMALL_FIRMS}第三十三条", GXJ),
    DutyLine("GXJ-05", "POLICY", "专精特新中小企业认定和奖补", f"{SMALL_FIRMS}第九条", GXJ),
    DutyLine("GXJ-06", "OTHER", "中小企业规模类型认定", f"{PAYMENT}第二十九条", GXJ, "INQUIRY"),
    DutyLine("GXJ-07", "OTHER", "产业链供需对接和本地配套协调", f"{SMALL_FIRMS}第三十九条", GXJ),
    # 市科学技术局
    DutyLine("KJJ-01", "TECHNOLOGY", "高新技术企业认定和重新认定", f"{INCOME_TAX}第二十八条", KJJ, "INQUIRY"),
    DutyLine("KJJ-02", "TECHNOLOGY", "研发费用加计扣除项目鉴定", f"{INCOME_TAX}第三十条", KJJ),
    DutyLine("KJJ-03", "TECHNOLOGY", "科技计划项目立项、变更和验收", f"{PRIVATE_ECONOMY}第二十八条", KJJ),
    DutyLine("KJJ-04", "TECHNOLOGY", "产学研对接和科技成果转化", f"{PRIVATE_ECONOMY}第三十一条", KJJ),
    DutyLine("KJJ-05", "POLICY", "科技创新奖补资金兑现", f"{BUSINESS_CLIMATE}第三十一条", (*KJJ, *CZJ), "COMPLEX"),
    # 市财政局
    DutyLine("CZJ-01", "FINANCE", "政策性融资担保和担保费补贴", f"{SMALL_FIRMS}第二十一条", CZJ),
    DutyLine("CZJ-02", "FINANCE", "贷款贴息资金审核和拨付", f"{SMALL_FIRMS}第八条", CZJ),
    DutyLine("CZJ-03", "OTHER", "政府采购投诉处理", f"{PROCUREMENT}第五十五条", CZJ, "COMPLEX"),
    DutyLine("CZJ-04", "OTHER", "政府采购预留份额落实", f"{SMALL_FIRMS}第四十条", CZJ),
    DutyLine("CZJ-05", "ARREARS", "政府采购投标、履约保证金退还", f"{PAYMENT}第十三条", CZJ),
    DutyLine("CZJ-06", "POLICY", "涉企行政事业性收费减免和清退", f"{BUSINESS_CLIMATE}第二十五条", CZJ),
    # 市人力资源和社会保障局
    DutyLine("RSJ-01", "TALENT", "社会保险登记和关系转移", "《中华人民共和国社会保险法》第五十八条", RSJ, "INQUIRY"),
    DutyLine("RSJ-02", "TALENT", "用工社会保险补贴申领", f"{EMPLOYMENT}第十五条", RSJ),
    DutyLine("RSJ-03", "TALENT", "企业职工技能培训补贴", f"{EMPLOYMENT}第四十七条", RSJ),
    DutyLine("RSJ-04", "TALENT", "职称评审和引进人才待遇落实", f"{PRIVATE_ECONOMY}第四十九条", RSJ),
    DutyLine("RSJ-05", "TALENT", "工伤认定", "《工伤保险条例》第二十条", RSJ, "COMPLEX"),
    DutyLine("RSJ-06", "TALENT", "特殊工时制度审批", "《中华人民共和国劳动法》第三十九条", RSJ),
    DutyLine("RSJ-07", "ARREARS", "农民工工资保证金返还", "《保障农民工工资支付条例》第三十二条", RSJ),
    DutyLine("RSJ-08", "TALENT", "招工用工和校企对接", f"{PRIVATE_ECONOMY}第四十九条", RSJ),
    # 市自然资源局
    DutyLine("ZRZYJ-01", "LAND", "工业用地供应和出让手续", f"{LAND_LAW}第五十四条", ZRZYJ, "COMPLEX"),
    DutyLine("ZRZYJ-02", "LAND", "建设项目用地预审", f"{LAND_LAW}第五十二条", ZRZYJ, "COMPLEX"),
    DutyLine("ZRZYJ-03", "LAND", "农用地转用报批", f"{LAND_LAW}第四十四条", ZRZYJ, "HARD"),
    DutyLine("ZRZYJ-04", "LAND", "临时用地审批", f"{LAND_LAW}第五十七条", ZRZYJ),
    DutyLine("ZRZYJ-05", "LAND", "不动产首次登记和转移登记", f"{REAL_ESTATE}第二十条", ZRZYJ),
    DutyLine("ZRZYJ-06", "FINANCE", "不动产抵押登记", f"{BUSINESS_CLIMATE}第四十七条", ZRZYJ),
    DutyLine("ZRZYJ-07", "CONSTRUCTION", "建设工程规划许可", f"{PLANNING_LAW}第四十条", ZRZYJ),
    DutyLine("ZRZYJ-08", "LAND", "工程建设使用草原审核", "《中华人民共和国草原法》第三十八条", ZRZYJ, "COMPLEX"),
    # 市生态环境局
    DutyLine("STHJJ-01", "ENVIRONMENT", "建设项目环评文件审批", f"{PROJECT_ENVIRONMENT}第九条", STHJJ, "COMPLEX"),
    DutyLine("STHJJ-02", "ENVIRONMENT", "排污许可证变更和延续", f"{DISCHARGE_PERMIT}第十四条", STHJJ),
    DutyLine("STHJJ-03", "ENVIRONMENT", "排污登记和管理类别咨询", f"{DISCHARGE_PERMIT}第二十四条", STHJJ, "INQUIRY"),
    DutyLine("STHJJ-04", "ENVIRONMENT", "自动监测设备联网和数据异常处理", f"{DISCHARGE_PERMIT}第二十条", STHJJ),
    DutyLine(
        "STHJJ-05",
        "ENVIRONMENT",
        "园区污水处理收费和纳管标准",
        f"{DRAINAGE}第三十二条",
        (*STHJJ, *FGW, *ZJJ),
        "COMPLEX",
    ),
    DutyLine("STHJJ-06", "ENVIRONMENT", "特殊时段限产减排措施核定", f"{DISCHARGE_PERMIT}第十三条", STHJJ),
    DutyLine(
        "STHJJ-07", "ENVIRONMENT", "建设项目竣工环保自主验收指导", f"{PROJECT_ENVIRONMENT}第十七条", STHJJ, "INQUIRY"
    ),
    # 市住房和城乡建设局
    DutyLine("ZJJ-01", "CONSTRUCTION", "建筑工程施工许可", "《中华人民共和国建筑法》第八条", ZJJ),
    DutyLine("ZJJ-02", "CONSTRUCTION", "竣工验收备案", "《建设工程质量管理条例》第四十九条", ZJJ),
    DutyLine(
        "ZJJ-03",
        "CONSTRUCTION",
        "消防验收与规划条件不一致的协调",
        "《中华人民共和国消防法》第十三条",
        (*ZJJ, *ZRZYJ),
        "COMPLEX",
    ),
    DutyLine("ZJJ-04", "ENVIRONMENT", "污水排入排水管网许可", f"{DRAINAGE}第二十一条", ZJJ),
    DutyLine(
        "ZJJ-05", "ENERGY", "园区集中供热和蒸汽管网接入", f"{BUSINESS_CLIMATE}第二十八条", (*ZJJ, *NYJ), "COMPLEX"
    ),
    DutyLine("ZJJ-06", "ENERGY", "燃气报装和供气保障", "《城镇燃气管理条例》第十八条", ZJJ),
    DutyLine("ZJJ-07", "CONSTRUCTION", "厂区周边市政道路照明", f"{POWER_SUPPLY}第十四条", ZJJ),
    DutyLine("ZJJ-08", "ARREARS", "工程质量保证金返还", f"{PAYMENT}第十三条", ZJJ, "COMPLEX"),
    # 市交通运输局
    DutyLine("JTJ-01", "TRANSPORT", "大件运输许可", f"{ROAD_PROTECTION}第三十五条", JTJ),
    DutyLine("JTJ-02", "TRANSPORT", "涉路施工和平面交叉道口许可", f"{ROAD_PROTECTION}第二十七条", JTJ),
    DutyLine("JTJ-03", "TRANSPORT", "道路货运经营许可和车辆营运证", f"{ROAD_TRANSPORT}第二十四条", JTJ),
    DutyLine("JTJ-04", "TRANSPORT", "危险货物运输经营许可", f"{ROAD_TRANSPORT}第二十三条", JTJ, "COMPLEX"),
    DutyLine("JTJ-05", "TRANSPORT", "限高限宽设施影响货车通行", f"{ROAD_PROTECTION}第三十四条", JTJ),
    DutyLine("JTJ-06", "TRANSPORT", "公路损毁修复和通行保障", f"{ROAD_PROTECTION}第四十七条", JTJ),
    DutyLine(
        "JTJ-07", "TRANSPORT", "园区道路接入国省干线", "《中华人民共和国公路法》第五十五条", (*JTJ, *ZRZYJ), "HARD"
    ),
    DutyLine("JTJ-08", "TRANSPORT", "城区配送货车通行证办理协调", f"{BUSINESS_CLIMATE}第四十八条", JTJ),
    # 市农牧局
    DutyLine("NMJ-01", "APPROVAL", "动物防疫条件合格证", f"{ANIMAL_HEALTH}第二十五条", NMJ),
    DutyLine("NMJ-02", "APPROVAL", "生鲜乳收购许可", "《乳品质量安全监督管理条例》第二十条", NMJ),
    DutyLine("NMJ-03", "APPROVAL", "畜禽养殖场备案", f"{ANIMAL_HUSBANDRY}第三十九条", NMJ),
    DutyLine("NMJ-04", "POLICY", "畜产品加工冷链设施补贴", f"{ANIMAL_HUSBANDRY}第六十六条", (*NMJ, *SWJ), "COMPLEX"),
    DutyLine("NMJ-05", "POLICY", "良种补贴和养殖贷款贴息申报", f"{ANIMAL_HUSBANDRY}第七十条", NMJ),
    DutyLine("NMJ-06", "MARKET", "畜产品检疫和调运", f"{ANIMAL_HEALTH}第四十九条", NMJ),
    # 市商务局
    DutyLine("SWJ-01", "POLICY", "境外展会和外经贸发展资金", f"{FOREIGN_TRADE}第六十四条", SWJ),
    DutyLine("SWJ-02", "OTHER", "跨境电商和外贸综合服务对接", f"{FOREIGN_TRADE}第五十九条", SWJ),
    DutyLine("SWJ-03", "FINANCE", "出口信用保险保费补助", f"{FOREIGN_TRADE}第五十八条", SWJ),
    DutyLine("SWJ-04", "OTHER", "通关和单一窗口问题协调", f"{BUSINESS_CLIMATE}第四十五条", SWJ),
    DutyLine("SWJ-05", "POLICY", "中小微企业外贸政策咨询", f"{FOREIGN_TRADE}第六十八条", SWJ, "INQUIRY"),
    # 市市场监督管理局
    DutyLine("SCJGJ-01", "APPROVAL", "企业变更登记", "《中华人民共和国市场主体登记管理条例》第二十四条", SCJGJ),
    DutyLine("SCJGJ-02", "APPROVAL", "食品生产许可", "《中华人民共和国食品安全法》第三十五条", SCJGJ),
    DutyLine("SCJGJ-03", "SAFETY", "特种设备使用登记和定期检验", f"{EQUIPMENT_SAFETY}第四十条", SCJGJ),
    DutyLine("SCJGJ-04", "MARKET", "经营异常名录移出", f"{PRIVATE_ECONOMY}第五十四条", SCJGJ),
    DutyLine("SCJGJ-05", "MARKET", "涉企检查频次和重复检查", f"{PRIVATE_ECONOMY}第五十二条", SCJGJ),
    DutyLine("SCJGJ-06", "MARKET", "商标、专利维权援助", f"{BUSINESS_CLIMATE}第十五条", SCJGJ),
    DutyLine("SCJGJ-07", "ENERGY", "转供电不合理加价", f"{BUSINESS_CLIMATE}第二十八条", (*SCJGJ, *FGW), "COMPLEX"),
    DutyLine("SCJGJ-08", "MARKET", "企业标准自我声明公开", "《中华人民共和国标准化法》第二十七条", SCJGJ, "INQUIRY"),
    # 市能源局
    DutyLine("NYJ-01", "ENERGY", "专用变压器增容和供电方案答复", f"{POWER_SUPPLY}第二十三条", NYJ, "COMPLEX"),
    DutyLine("NYJ-02", "ENERGY", "新装用电和临时用电报装", "《中华人民共和国电力法》第二十六条", NYJ),
    DutyLine("NYJ-03", "ENERGY", "计划停电和供电连续性", f"{POWER_SUPPLY}第二十八条", NYJ),
    DutyLine("NYJ-04", "ENERGY", "分布式光伏并网", "《中华人民共和国可再生能源法》第十四条", NYJ, "COMPLEX"),
    DutyLine("NYJ-05", "ENERGY", "用电类别和分时电价执行", f"{POWER_SUPPLY}第二十五条", NYJ),
    DutyLine("NYJ-06", "ENERGY", "电力外线和线路走廊落实", f"{POWER_SUPPLY}第十三条", NYJ, "HARD"),
    # 市应急管理局
    DutyLine("YJJ-01", "SAFETY", "安全生产许可证延期", "《安全生产许可证条例》第九条", YJJ),
    DutyLine("YJJ-02", "SAFETY", "建设项目安全设施设计审查", f"{WORK_SAFETY}第三十三条", YJJ, "COMPLEX"),
    DutyLine("YJJ-03", "SAFETY", "主要负责人和安全管理人员考核", f"{WORK_SAFETY}第二十七条", YJJ, "INQUIRY"),
    DutyLine("YJJ-04", "SAFETY", "应急救援预案备案", "《生产安全事故应急条例》第七条", YJJ),
    DutyLine("YJJ-05", "SAFETY", "重大事故隐患整改复查", f"{WORK_SAFETY}第四十一条", YJJ),
    # 市行政审批政务服务与数据管理局
    DutyLine("ZWFWJ-01", "APPROVAL", "许可申请受理和一次性告知", f"{LICENSING}第三十二条", ZWFWJ),
    DutyLine("ZWFWJ-02", "APPROVAL", "许可有效期延续", f"{LICENSING}第五十条", ZWFWJ),
    DutyLine("ZWFWJ-03", "APPROVAL", "工程项目并联审批和联合验收", f"{BUSINESS_CLIMATE}第四十二条", ZWFWJ, "COMPLEX"),
    DutyLine("ZWFWJ-04", "APPROVAL", "审批中介服务时限和收费", f"{BUSINESS_CLIMATE}第四十三条", ZWFWJ),
    DutyLine("ZWFWJ-05", "POLICY", "惠企政策查询和免申即享", f"{PRIVATE_ECONOMY}第四十六条", ZWFWJ, "INQUIRY"),
    DutyLine("ZWFWJ-06", "OTHER", "政务平台和电子证照使用故障", f"{BUSINESS_CLIMATE}第三十七条", ZWFWJ),
    DutyLine("ZWFWJ-07", "OTHER", "重复索要证明材料", f"{BUSINESS_CLIMATE}第四十四条", ZWFWJ),
)
