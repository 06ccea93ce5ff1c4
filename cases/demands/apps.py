from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemandsConfig(AppConfig):
    name = "cases.demands"
    label = "demands"
    verbose_name = _("企业需求接诉即办")

    def ready(self) -> None:
        from datetime import time
        from functools import partial

        from auditlog.registry import auditlog

        from cases.demands import audiences, drafting, exports, models, moves, owned, quarantine, queries, reading
        from cases.demands.clockwork import SYSTEM_MOVES
        from cases.demands.consents import CONSENTS
        from cases.demands.dispatching.rehearsal_job import REHEARSAL_LIMIT, rehearse_rules
        from cases.demands.documents import Papers
        from cases.demands.duties.exchange import DutyList
        from cases.demands.enums import ORDERED, Klass, Origin
        from cases.demands.evidence.tasks import LIMIT as PACK_LIMIT
        from cases.demands.evidence.tasks import build_pack
        from cases.demands.inbox import DemandInbox
        from cases.demands.menu import ITEMS
        from cases.demands.message_kinds import KINDS
        from cases.demands.models import Case
        from cases.demands.models.visibility import kept_from_here
        from cases.demands.proposal_inbox import ProposalInbox
        from cases.demands.search import SOURCES
        from cases.demands.tasks import IMPORT_LIMIT, import_upload
        from documents import registry as documents
        from foundation.files import scanning
        from parties.exchange import kinds
        from workflow import reaper, registry
        from workflow.tick import register_tick

        registry.register_subject(Case)
        documents.register_subjects(Papers())
        registry.register_inbox(DemandInbox())
        registry.register_inbox(ProposalInbox())
        registry.register_search(*SOURCES)
        registry.register_recalculation(Case.ledger_kind, moves.recalculate_clock)
        registry.register_menu(*ITEMS)
        registry.register_audience(Case.ledger_kind, audiences.people)
        registry.register_owned(owned.Handled(), owned.Proposed(), owned.Filters(), owned.Drafts())
        registry.register_export(*exports.LISTS)
        registry.register_taken_out(Case.ledger_kind, exports.note)
        registry.register_opened(Case.ledger_kind, partial(reading.note_many, kind=reading.Kind.OPEN))
        registry.register_kept_from(Case.ledger_kind, kept_from_here)
        registry.register_but_kept_out(Case.ledger_kind, queries.but_kept_out)
        registry.register_message_kinds(*KINDS)
        for action, move in SYSTEM_MOVES.items():
            registry.register_system_move(Case.ledger_kind, action, move)
        for action, consent in CONSENTS.items():
            registry.register_consent(Case.ledger_kind, action, consent)
        reaper.register_idempotent(build_pack, limit=PACK_LIMIT)
        reaper.register_idempotent(import_upload, limit=IMPORT_LIMIT)
        scanning.on_infected.append(quarantine.tell_uploader)
        reaper.register_idempotent(rehearse_rules, limit=REHEARSAL_LIMIT)
        for model in (models.DutyItem, models.DutyOwner):
            auditlog.register(model)
        auditlog.register(models.DispatchRuleSet, exclude_fields=["job", "result"])
        kinds.offer(DutyList())
        registry.register_classes({klass.value: klass.label for klass in Klass})
        registry.register_origins({origin.value: origin.label for origin in Origin if origin in ORDERED})
        register_tick("drafts", every=time(3, 40), run=drafting.sweep, label=_("清理放置太久的草稿"))
