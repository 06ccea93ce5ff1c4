"""What went wrong with a delivery, in words for the administrator: from the kept kind of error, which is a code."""

from collections.abc import Callable

from django.utils.translation import gettext as _

# The beginning of what is kept → its words. A number at its end is the answer of the mail server (RFC 5321).
WORDS: dict[str, Callable[[], str]] = {
    "no mail address": lambda: _("收件人没有邮箱"),
    "no longer in this post": lambda: _("收件人已不在这个岗位"),
    "bad mail address": lambda: _("收件人的邮箱地址有误"),
    "line break in a header": lambda: _("邮件标题里有换行"),
    "recipient refused": lambda: _("对方服务器拒收这个收件人"),
    "mail refused": lambda: _("对方服务器拒收这封邮件"),
    "lease ran out": lambda: _("投递进程中断"),
    "ScannerDown": lambda: _("安全检查服务没有给出结果"),
    "ContentMissing": lambda: _("文件内容不在存储里"),
    "no such channel": lambda: _("没有这个渠道"),
    "SMTPServerDisconnected": lambda: _("邮件服务器断开了连接"),
    "SMTPRecipientsRefused": lambda: _("对方服务器暂时不收这个收件人"),
    "SMTPDataError": lambda: _("对方服务器暂时不收这封邮件"),
    "SMTPAuthenticationError": lambda: _("邮件服务器不接受本系统的账号"),
    "SMTPSenderRefused": lambda: _("邮件服务器不接受本系统的发件地址"),
    "SMTPConnectError": lambda: _("连不上邮件服务器"),
    "ConnectionRefusedError": lambda: _("连不上邮件服务器"),
    "ConnectionResetError": lambda: _("邮件服务器断开了连接"),
    "TimeoutError": lambda: _("邮件服务器没有应答"),
    "gaierror": lambda: _("找不到邮件服务器"),
    "OperationalError": lambda: _("数据库忙或连不上"),
}


def error_words(kept: str) -> str:
    """The words for a kept error; "" for none. What nobody foresaw is a fault of the program, whose log says more."""
    if not kept:
        return ""
    name = kept.rstrip("0123456789 ")
    words = WORDS[name]() if name in WORDS else _("程序出错，详见日志")
    return _("%(words)s（%(code)s）") % {"words": words, "code": code} if (code := kept[len(name) :].strip()) else words
