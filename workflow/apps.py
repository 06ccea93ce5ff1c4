from datetime import time, timedelta

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("流转")

    def ready(self) -> None:
        from workflow import api_schema, checks, health, menu, owned, registry, triggers

        # importing them registers them
        assert api_schema
        assert checks
        health.register_probes()
        registry.register_menu(*menu.ITEMS)
        registry.register_owned(owned.Shifts(), owned.Tokens(), owned.Deputies())
        post_migrate.connect(triggers.reinstall, dispatch_uid="workflow.triggers.reinstall")
        self.register_channels()
        self.register_jobs()
        self.register_exports()
        self.register_imports()
        self.register_documents()

    def register_exports(self) -> None:
        """The lists of what every system shares, and the work of taking out any list."""
        from workflow import reaper, registry
        from workflow.exports import lists, tasks

        registry.register_export(*lists.LISTS)
        reaper.register_idempotent(tasks.make_export, limit=tasks.LIMIT)

    def register_imports(self) -> None:
        """Tables of the directory that are brought in: who acts in the background, and what is done again."""
        from parties.exchange import acting, tasks
        from workflow import reaper
        from workflow.actor import actor_in_post

        acting.register_maker(actor_in_post)
        for one in (tasks.check_sheet, tasks.apply_sheet):
            reaper.register_idempotent(one, limit=tasks.LIMIT)

    def register_documents(self) -> None:
        """Files of documents whose worker died are made again."""
        from documents import tasks
        from workflow import reaper

        reaper.register_idempotent(tasks.make_document, limit=tasks.LIMIT)

    def register_channels(self) -> None:
        """How messages leave. SMS, WeCom and others are further lines here: a name and a function that sends."""
        from workflow import file_scans, mail, notices
        from workflow.outbox import register_channel

        register_channel(notices.ANNOUNCE, notices.deliver_announcement)
        register_channel(notices.MAIL, mail.send)
        register_channel(file_scans.SCAN, file_scans.examine_file)

    def register_jobs(self) -> None:
        """The jobs of the tick that know no domain; an app registers its own in its own `ready()`."""
        from foundation.files import sweeping
        from foundation.sheets import sweeping as sheets
        from parties.sign_in.sweeping import sweep as sweep_sign_in
        from workflow import overdue, reaper, recompute, rehearsal_job, replay_job, seal_mail, seals
        from workflow.tick import register_tick

        reaper.register_idempotent(recompute.recompute_clocks, limit=recompute.LIMIT)
        register_tick("recompute", every=timedelta(minutes=5), run=recompute.pick_up, label=_("载入日历后的重算"))
        # Reminders first: what ends by itself may have to be reminded of before.
        register_tick("remind", every=timedelta(minutes=1), run=overdue.send_reminders, label=_("到期提醒"))
        register_tick(
            "system_moves", every=timedelta(minutes=1), run=overdue.make_system_moves, label=_("到期自动办理")
        )
        register_tick("replay", every=time(2, 30), run=replay_job.enqueue, label=_("时限核验"))
        seals.on_sealed.append(seal_mail.mail_to_auditors)
        register_tick("seal", every=time(0, 10), run=seal_mail.seal_daily, label=_("台账封存"))
        register_tick("reap", every=timedelta(minutes=1), run=reaper.reap, label=_("中断的投递和任务"))
        reaper.register_idempotent(rehearsal_job.rehearse_draft, limit=rehearsal_job.LIMIT)
        register_tick("files", every=time(3, 45), run=sweeping.sweep, label=_("清理无主的附件"))
        register_tick("sign_in", every=timedelta(minutes=10), run=sweep_sign_in, label=_("清理过期的登录和计数"))
        register_tick("sheets", every=time(3, 50), run=sheets.sweep, label=_("清理导入的表格"))
        register_tick("prune", every=time(3, 30), run=reaper.prune, label=_("清理旧记录"))
