"""Every write to a demand: one named function a move. Pages, API, commands and the demonstration call these alone."""

from cases.demands.moves.asking import (
    answer_case,
    answer_overdue,
    ask_firm,
    complete_case,
    end_incomplete,
    request_completion,
)
from cases.demands.moves.attachments import (
    attach_files,
    attach_internal_files,
    attach_public_files,
    release_attachment,
    withdraw_attachment,
    withdraw_internal_attachment,
)
from cases.demands.moves.closing import close_unanswered, confirm_case, return_result, sign_off, submit_result
from cases.demands.moves.disputes import (
    assign_lead,
    pass_down,
    reassign_case,
    reject_return,
    report_up,
    send_back,
    transfer_case,
    uphold_return,
)
from cases.demands.moves.evidence import make_pack
from cases.demands.moves.firm import nudge_case, redo_case, undo_withdrawal, withdraw_case
from cases.demands.moves.handling import (
    acknowledge_case,
    acknowledge_overdue,
    add_internal_note,
    add_public_reply,
    deny_first_contact,
    name_handler,
    record_first_contact,
    save_plan,
)
from cases.demands.moves.intake import accept_case, dispatch_case
from cases.demands.moves.keeping import archive_case, recalculate_clock
from cases.demands.moves.leaving import relieve_handler
from cases.demands.moves.opening import register_intake, submit_case
from cases.demands.moves.origin import (
    Source,
    confirm_by_office,
    end_by_correction,
    hand_down,
    move_date_by_origin,
    open_from_origin,
    record_opinion,
    tie_by_origin,
    untie_by_origin,
)
from cases.demands.moves.papers import issue_case_file, issue_receipt
from cases.demands.moves.recusal import ask_recusal, lift_recusal, recuse_case
from cases.demands.moves.relay import relay_to_department, relay_to_firm, reveal_firm
from cases.demands.moves.second_person import decline_case, reclassify_case
from cases.demands.moves.sharing import share_by_origin

__all__ = [
    "Source",
    "accept_case",
    "acknowledge_case",
    "acknowledge_overdue",
    "add_internal_note",
    "add_public_reply",
    "answer_case",
    "answer_overdue",
    "archive_case",
    "ask_firm",
    "ask_recusal",
    "assign_lead",
    "attach_files",
    "attach_internal_files",
    "attach_public_files",
    "close_unanswered",
    "complete_case",
    "confirm_by_office",
    "confirm_case",
    "decline_case",
    "deny_first_contact",
    "dispatch_case",
    "end_by_correction",
    "end_incomplete",
    "hand_down",
    "issue_case_file",
    "issue_receipt",
    "lift_recusal",
    "make_pack",
    "move_date_by_origin",
    "name_handler",
    "nudge_case",
    "open_from_origin",
    "pass_down",
    "reassign_case",
    "recalculate_clock",
    "reclassify_case",
    "record_first_contact",
    "record_opinion",
    "recuse_case",
    "redo_case",
    "register_intake",
    "reject_return",
    "relay_to_department",
    "relay_to_firm",
    "release_attachment",
    "relieve_handler",
    "report_up",
    "request_completion",
    "return_result",
    "reveal_firm",
    "save_plan",
    "send_back",
    "share_by_origin",
    "sign_off",
    "submit_case",
    "submit_result",
    "tie_by_origin",
    "transfer_case",
    "undo_withdrawal",
    "untie_by_origin",
    "uphold_return",
    "withdraw_attachment",
    "withdraw_case",
    "withdraw_internal_attachment",
]
