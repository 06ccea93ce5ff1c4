"""The kinds of documents and what a document is worth today."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentKind(models.TextChoices):
    """The values are kept with every document and never change."""

    MINUTES = "MINUTES", _("纪要")
    ATTENDANCE = "ATTENDANCE", _("签到表")
    NOTICE = "NOTICE", _("会议通知")
    SUPERVISION = "SUPERVISION", _("督办单")
    DISPATCH = "DISPATCH", _("交办单")
    REPLY = "REPLY", _("答复函")
    RECEIPT = "RECEIPT", _("受理回执")
    CASE_FILE = "CASE_FILE", _("办理单")
    MANDATE = "MANDATE", _("委托书")
    MANDATE_END = "MANDATE_END", _("终止单")
    MANDATE_RENEWAL = "MANDATE_RENEWAL", _("续办委托书")
    CLOSING = "CLOSING", _("办结单")
    BULLETIN = "BULLETIN", _("通报")


class DocumentStatus(models.TextChoices):
    """What a document is worth: it is in force, another version took its place, or it was taken back."""

    VALID = "VALID", _("有效")
    REPLACED = "REPLACED", _("已被替换")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
