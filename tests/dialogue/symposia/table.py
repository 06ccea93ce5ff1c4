"""The table of moves of a meeting as the design writes it, typed again by hand.

Tests compare the product with this table; it must never be computed from the product.
"""

from parties.roles import Role

STATES = (
    "PLANNED",
    "COLLECTING",
    "NOTIFIED",
    "HELD",
    "DRAFTING",
    "COMMENTING",
    "IN_APPROVAL",
    "APPROVED",
    "ISSUED",
    "CLOSED",
    "CANCELLED",
)
DESK = "INTAKE DISPATCHER ARBITRATOR SUPERVISOR LEADER_OFFICE"
CHAIR = "LEADER DEPARTMENT_SECRETARY DEPARTMENT_HEAD"
FIRM = "ENTERPRISE_STAFF ENTERPRISE_SECRETARY"
BUREAU = "DEPARTMENT_LIAISON HANDLER DEPUTY_HEAD DEPARTMENT_HEAD DEPARTMENT_SECRETARY"
INVITED = f"{FIRM} {BUREAU} LEADER LEADER_OFFICE"
OFFICE = {"office": DESK}
HOST = {"host": CHAIR}  # or whoever signs instead
BY_SYSTEM = {"system": "SYSTEM"}

BEFORE = "COLLECTING NOTIFIED"
WRITABLE = "DRAFTING COMMENTING"
AFTER = "HELD DRAFTING COMMENTING IN_APPROVAL APPROVED ISSUED CLOSED"
WITH_ITEMS = "DRAFTING COMMENTING IN_APPROVAL APPROVED ISSUED CLOSED"

# move: who (place: roles; “readers” is every organisation that may open the meeting), from, to (None: stays), label
MOVES: dict[str, tuple[dict[str, str], str, str | None, str]] = {
    "open_meeting": (OFFICE, "PLANNED", "COLLECTING", "征集议题"),
    "change_plan": (OFFICE, BEFORE, None, "修改安排"),
    "propose_topic": ({"readers": f"{FIRM} {BUREAU}", **OFFICE}, BEFORE, None, "提出议题"),
    "withdraw_topic": ({"readers": f"{FIRM} {BUREAU}"}, BEFORE, None, "撤回议题"),
    "choose_topic": (OFFICE, BEFORE, None, "选用议题"),
    "decline_topic": (OFFICE, BEFORE, None, "不选用议题"),
    "invite": (OFFICE, BEFORE, None, "邀请单位"),
    "uninvite": (OFFICE, "COLLECTING", None, "移出名单"),
    "invite_guests": (OFFICE, BEFORE, None, "添加列席人员"),
    "uninvite_guest": (OFFICE, BEFORE, None, "移出列席人员"),
    "send_notice": (OFFICE, "COLLECTING", "NOTIFIED", "发出通知"),
    "answer_invitation": ({"readers": INVITED}, "NOTIFIED", None, "回复参会"),
    "record_answer": (OFFICE, "NOTIFIED", None, "代填回执"),
    "cancel_meeting": (OFFICE, BEFORE, "CANCELLED", "取消会议"),
    "recalculate": (BY_SYSTEM, f"{BEFORE} HELD {WRITABLE} IN_APPROVAL APPROVED", None, "日历变更重算期限"),
    "sign_in": ({"readers": f"{INVITED} {DESK}"}, "NOTIFIED HELD", None, "扫码签到"),
    "record_attendance": (OFFICE, f"NOTIFIED HELD {WRITABLE}", None, "登记到会情况"),
    "hold_meeting": (OFFICE, "NOTIFIED", "HELD", "会议已召开"),
    "issue_attendance": (OFFICE, AFTER, None, "制发签到表"),
    "start_minutes": (OFFICE, "HELD", "DRAFTING", "起草纪要"),
    "ask_comments": (OFFICE, "DRAFTING", "COMMENTING", "征求意见"),
    "comment_minutes": ({"readers": INVITED}, "COMMENTING", None, "提出意见"),
    "answer_comment": (OFFICE, WRITABLE, None, "答复意见"),
    "submit_minutes": (OFFICE, WRITABLE, "IN_APPROVAL", "送签"),
    "recall_minutes": (OFFICE, "IN_APPROVAL APPROVED", "DRAFTING", "撤回送签"),
    "change_signer": (OFFICE, f"HELD {WRITABLE} IN_APPROVAL", None, "改由他人签发"),
    "return_minutes": (HOST, "IN_APPROVAL APPROVED", "DRAFTING", "退回修改"),
    "approve_issue": (HOST, "IN_APPROVAL", "APPROVED", "签发"),
    "issue_minutes": (OFFICE, "APPROVED", "ISSUED", "印发"),
    "report_progress": ({"readers": BUREAU}, WITH_ITEMS, None, "报进展"),
    "begin_correction": (OFFICE, "ISSUED CLOSED", "DRAFTING", "更正纪要"),
    "drop_correction": (OFFICE, f"{WRITABLE} IN_APPROVAL APPROVED", "ISSUED", "放弃更正"),
    "close_meeting": (BY_SYSTEM, "ISSUED", "CLOSED", "销号"),
    "reopen_meeting": (BY_SYSTEM, "CLOSED", "ISSUED", "恢复办理"),
}
# Moves under a restriction beyond role and organisation: the host in person; topics until their day.
RESTRICTED = {"return_minutes", "approve_issue", "propose_topic", "withdraw_topic"}
# What is kept from firms and departments: what the office weighs while it draws up agenda and list.
KEPT = {
    *("propose_topic", "withdraw_topic", "choose_topic", "decline_topic"),
    *("invite", "uninvite", "invite_guests", "uninvite_guest"),
}
# What must have been before; and the day and the hour of the meeting.
FIRST = {
    "sign_in": "签到从会议当天开始",
    "hold_meeting": "会议还没有到开始时间；提前开会的，请先修改安排",
    "send_notice": "请先在“修改安排”里填写地点",
    "submit_minutes": "还没有向参会单位征求意见",
    "report_progress": "还没有印发过纪要",
    "drop_correction": "还没有印发过纪要",
}
# Moves that only add: they do not compare what the reader saw.
APPENDS = {
    "propose_topic",
    "withdraw_topic",
    "answer_invitation",
    "record_answer",
    "sign_in",
    "record_attendance",
    "hold_meeting",
    "issue_attendance",
    "comment_minutes",
    "answer_comment",
    "recalculate",
    "report_progress",
}
SENTENCES = {
    "office": "只有主办单位可以办理",
    "host": "只有纪要的签发人可以签发",
    "propose_topic": "只有企业、部门和主办单位可以提出议题",
    "withdraw_topic": "只有提出议题的企业和部门可以撤回",
    "answer_invitation": "只有受邀单位可以回复",
    "sign_in": "只有参会人员可以签到",
    "comment_minutes": "只有参会单位可以提出意见",
    "report_progress": "只有牵头部门可以报进展",
    "recalculate": "这一步由系统按时限办理",
    "close_meeting": "这一步由系统按时限办理",
    "reopen_meeting": "这一步由系统按时限办理",
}
# The clock of five working days from the meeting to its minutes.
CLOCKS = {"hold_meeting": "Start", "issue_minutes": "Stop"}
OPENING = "open_meeting"
# Moves that nobody but the system makes: no page, no address, no button.
OF_THE_SYSTEM = tuple(action for action in MOVES if MOVES[action][0] == BY_SYSTEM)


def is_theirs(action: str, role: Role | None, place: str) -> bool:
    """Whether this role at this place (office, host, system or anything else) owns the move."""
    who = MOVES[action][0]
    if role is None:
        return place == "system" and "system" in who
    return role.value in f"{who.get(place, '')} {who.get('readers', '')}".split()


def is_its_moment(action: str, state: str) -> bool:
    return state in MOVES[action][1].split()


def sentence(action: str) -> str:
    """What whoever may not make this move is told."""
    return SENTENCES.get(action) or SENTENCES["host" if "host" in MOVES[action][0] else "office"]
