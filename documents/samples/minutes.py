"""A sample of minutes, of three pages."""

from datetime import date

from documents.content.minutes import ActionItem, Attendant, Minutes, Topic
from documents.samples.parts import ENERGY, HOUSING, LAND, OFFICE, SERVICES, Sample, at, imprint

MINUTES = Sample(
    Minutes(
        issuer=OFFICE,
        title="关于晴野光伏材料有限公司二期项目用地供电等有关问题的会议纪要",
        mark="政企对话会议纪要",
        held_at=at("2026-11-18T09:00"),
        place="市政务服务中心三楼第二会议室",
        host=Attendant(name="张建国", post="市人民政府副市长"),
        opening=(
            "2026年11月18日上午，市人民政府副市长张建国在市政务服务中心三楼第二会议室主持召开政企对话专题会议，"
            "听取鄂尔多斯市晴野光伏材料有限公司关于二期项目用地、供电和施工许可等诉求的汇报，"
            "逐项研究办理意见。现将会议议定事项纪要如下：",
        ),
        topics=(
            Topic(
                title="关于项目用地",
                said=(
                    "企业反映，二期项目拟用地块位于康巴什区高新技术产业园区，面积42.6亩，现行控制性详细规划确定的容积率"
                    "上限为1.5，不能满足立体厂房的建设需要，影响设备招标。市自然资源局说明，该地块已列入2026年度"
                    "控制性详细规划局部调整计划，技术论证尚未完成。",
                ),
                decided=(
                    "会议明确，在符合产业用地政策的前提下，原则同意该地块容积率上限由1.5提高至2.2，不再增收土地价款，"
                    "具体以批复为准。调整应当依法依规履行公示、报批程序，不得以会议纪要代替审批。",
                ),
                items=(
                    ActionItem(
                        words="完成地块控制性详细规划局部调整的论证、公示和报批",
                        lead=LAND,
                        with_others=("康巴什区人民政府", "康巴什高新技术产业园区管理委员会"),
                        person="李镕",
                        due_on=date(2026, 12, 31),
                    ),
                ),
            ),
            Topic(
                title="关于供电配套",
                said=(
                    "企业反映，二期项目正式用电负荷8,500千伏安，要求双回路供电，现有10千伏线路余量不足；施工临时用电"
                    "申请已提交十二个工作日，未取得供电方案答复。市能源局和供电公司说明，康巴什北220千伏变电站"
                    "第二台主变将于2027年3月投运，此前可由南郊变电站转供。",
                ),
                decided=(
                    "会议明确，施工临时用电按照“即接即用”办理，红线外投资由供电企业承担，不得要求企业自行出资。"
                    "正式用电的双回路供电方案于二十个工作日内答复，涉及道路开挖的审批事项实行并联办理，三个工作日内办结。",
                ),
                items=(
                    ActionItem(
                        words="协调供电企业接通施工临时用电",
                        lead=ENERGY,
                        with_others=("鄂尔多斯供电公司",),
                        person="王堃",
                        due_on=date(2026, 11, 25),
                    ),
                    ActionItem(
                        words="答复正式用电双回路供电方案，并书面告知企业",
                        lead=ENERGY,
                        with_others=("鄂尔多斯供电公司", HOUSING),
                        person="王堃",
                        due_on=date(2026, 12, 16),
                    ),
                ),
            ),
            Topic(
                title="关于施工许可分阶段办理",
                said=(
                    "企业请求，在整体施工图审查完成以前，先行办理桩基和土方阶段的施工许可，以便在土壤封冻以前完成基础"
                    "施工。市住房和城乡建设局说明，我市已经推行房屋建筑工程分阶段办理施工许可，企业补齐基坑支护"
                    "专项方案和质量安全监督手续以后即可受理。",
                ),
                decided=(
                    "会议明确，由市行政审批政务服务与数据管理局指定帮办代办员全程协助企业准备材料，材料齐全之日起"
                    "三个工作日内核发“桩基及土方”阶段施工许可；主体阶段的施工许可在施工图审查合格以后另行办理。",
                ),
                items=(
                    ActionItem(
                        words="指定帮办代办员，一次性告知分阶段办理施工许可的材料清单",
                        lead=SERVICES,
                        with_others=(HOUSING,),
                        person="王頔",
                        due_on=date(2026, 11, 20),
                    ),
                    ActionItem(
                        words="核发“桩基及土方”阶段施工许可",
                        lead=HOUSING,
                        with_others=(SERVICES,),
                        person="赵喆",
                        due_on=date(2026, 12, 4),
                    ),
                ),
            ),
            Topic(
                title="工作要求",
                decided=(
                    "各责任单位要落实首办责任，自会议之日起两个工作日内与企业取得联系，办理进展随时录入政企直通系统。"
                    "任务事项由市政企直通办公室逐项销号；不能按期完成的，应当在到期一个工作日以前书面说明原因，"
                    "未经同意不得自行延期。办理结果以企业确认为准。",
                ),
            ),
        ),
        present=(
            Attendant(name="张建国", post="市人民政府"),
            Attendant(name="李镕", post="市自然资源局"),
            Attendant(name="王堃", post="市能源局"),
            Attendant(name="赵喆", post="市住房和城乡建设局"),
            Attendant(name="孙晔", post="市应急管理局"),
            Attendant(name="王頔", post="市行政审批政务服务与数据管理局"),
            Attendant(name="乌云其木格", post="康巴什区人民政府"),
        ),
        attending=(
            Attendant(name="赵䶮", post="晴野光伏材料有限公司"),
            Attendant(name="吴赟", post="晴野光伏材料有限公司"),
            Attendant(name="周祎", post="鄂尔多斯供电公司"),
        ),
        excused=(Attendant(name="钱旻昊", post="市财政局"),),
        recorder="郑䶮",
        copies_to=("市委办公室", "市人大常委会办公室", "市政府办公室", "市政协办公室", "各旗区人民政府"),
    ),
    imprint("〔2026〕第12期", date(2026, 11, 20), "sample-minutes-3h7k"),
)
