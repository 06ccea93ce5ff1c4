from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SymposiaConfig(AppConfig):
    name = "dialogue.symposia"
    label = "symposia"
    verbose_name = _("政商座谈会")

    def ready(self) -> None:
        from cases.demands.origins import register_origin
        from dialogue.symposia import audiences, exports, menu, moves, search
        from dialogue.symposia.clockwork import SYSTEM_MOVES
        from dialogue.symposia.documents import Papers
        from dialogue.symposia.inbox import InvitationInbox, ItemInbox, MeetingInbox
        from dialogue.symposia.message_kinds import KINDS
        from dialogue.symposia.models import Meeting
        from dialogue.symposia.origin import told
        from dialogue.symposia.owned import Desks
        from documents import registry as documents
        from workflow import registry

        registry.register_subject(Meeting)
        documents.register_subjects(Papers())
        registry.register_menu(*menu.ITEMS)
        register_origin("ACTION_ITEM", told)
        for action, move in SYSTEM_MOVES.items():
            registry.register_system_move(Meeting.ledger_kind, action, move)
        registry.register_inbox(MeetingInbox())
        registry.register_inbox(InvitationInbox())
        registry.register_inbox(ItemInbox())
        registry.register_owned(Desks())
        registry.register_search(*search.SOURCES)
        registry.register_export(*exports.LISTS)
        registry.register_audience(Meeting.ledger_kind, audiences.people)
        registry.register_message_kinds(*KINDS)
        registry.register_recalculation(Meeting.ledger_kind, moves.recalculate_clock)
