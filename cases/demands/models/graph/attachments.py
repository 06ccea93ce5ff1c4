"""Files join a demand in any open state; the state stays."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from cases.demands import rules
from cases.demands.enums import OPEN_STATES
from cases.demands.models.graph.columns import GraphColumns

if TYPE_CHECKING:
    from datetime import datetime

    from cases.demands.models.attachments import Attachment
    from foundation.files.storing import Upload


class AttachmentGraph(GraphColumns):
    class Meta:
        abstract = True

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_attach,
        custom={
            "label": _("添加附件"),
            "run": "attach_files",
            "tells": {"handler": "file_added"},
            "icon": "plus",
            "appends": True,
        },
    )
    def attach(self, *, at: "datetime", uploads: "Sequence[Upload]", description: str) -> None:
        self._count(uploads)

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_attach_for_all,
        custom={
            "label": _("公开附件"),
            "run": "attach_public_files",
            "tells": {"firm": "file_added"},
            "icon": "plus",
            "appends": True,
        },
    )
    def attach_public(self, *, at: "datetime", uploads: "Sequence[Upload]", description: str) -> None:
        self._count(uploads)

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_attach_internally,
        custom={
            "label": _("内部附件"),
            "run": "attach_internal_files",
            "icon": "lock",
            "internal": True,
            "appends": True,
        },
    )
    def attach_internal(self, *, at: "datetime", uploads: "Sequence[Upload]", description: str) -> None:
        self._count(uploads)

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        conditions=[rules.files_need_release],
        permission=rules.may_release,
        custom={
            "label": _("放行附件"),
            "run": "release_attachment",
            "tells": {"handler": "file_added"},
            "icon": "check",
            "appends": True,
        },
    )
    def release_attachment(self, *, at: "datetime", attachment: "Attachment") -> None:
        """Who released it stands in its row."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_withdraw_attachment,
        custom={"label": _("撤回附件"), "run": "withdraw_attachment", "icon": "undo", "appends": True},
    )
    def withdraw_attachment(self, *, at: "datetime", attachment: "Attachment") -> None:
        """Who withdrew it stands in its row."""

    @transition(
        field="state",
        source=list(OPEN_STATES),
        target=None,
        permission=rules.may_attach_internally,
        custom={
            "label": _("撤回内部附件"),
            "run": "withdraw_internal_attachment",
            "icon": "undo",
            "internal": True,
            "appends": True,
        },
    )
    def withdraw_internal(self, *, at: "datetime", attachment: "Attachment") -> None:
        """Who withdrew it stands in its row."""

    def _count(self, uploads: "Sequence[Any]") -> None:
        self.attached += len(uploads)
        self.attached_size += sum(upload.size for upload in uploads)
