"""manage.py make_signing_authority OFFICE: a test authority and a certificate of that office, to try signing out."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.signing import authority
from documents.signing.words import day

LONGEST_NAME = 64  # characters of a common name, RFC 5280, appendix A.1
ROOT, KEY, PASSPHRASE = "root.pem", "office.p12", "passphrase"


class Command(BaseCommand):
    help = _("生成测试用的签名机构和一张单位签名证书，供试用。不具法律效力，不得用于正式文书。")
    requires_system_checks = []  # whoever sets the files first and makes them then is not turned away

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("office", metavar="OFFICE", help=_("单位名称，写进证书，后面加“（测试）”"))
        parser.add_argument(
            "--folder", type=Path, default=Path(settings.VAR_DIR) / "signing", help=_("新目录，默认是 var 目录下的 signing")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = authority.OFFICE_NAME.format(office=options["office"].strip())
        if not options["office"].strip() or len(name) > LONGEST_NAME:
            raise CommandError(_("单位名称应有 1 到 %(n)s 个字") % {"n": LONGEST_NAME - len(name) + len(options["office"])})
        folder: Path = options["folder"].absolute()
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError as error:
            raise CommandError(_("目录 %(folder)s 已经存在，没有作任何改动") % {"folder": folder}) from error
        except OSError as error:
            raise CommandError(str(error)) from error
        now = timezone.now()
        root = authority.root(at=now)
        office = authority.leaf(name, root, at=now)
        passphrase = secrets.token_urlsafe(24)
        sealed = BestAvailableEncryption(passphrase.encode())
        _write(folder / ROOT, root.certificate.public_bytes(Encoding.PEM))
        _write(folder / PASSPHRASE, passphrase.encode() + b"\n")
        held = pkcs12.serialize_key_and_certificates(name.encode(), office.key, office.certificate, None, sealed)
        _write(folder / KEY, held)
        # The authority's own key is not kept: what it has signed is all it will ever sign.
        until = day(office.certificate.not_valid_after_utc)
        self.stdout.write(_("已为“%(name)s”生成测试证书，%(day)s到期。不具法律效力。") % {"name": name, "day": until})
        self.stdout.write(_("请设置下列环境变量，再重新启动："))
        self.stdout.write(f"DIALOGUE_SIGNING_KEY={folder / KEY}")
        self.stdout.write(f"DIALOGUE_SIGNING_PASSPHRASE_FILE={folder / PASSPHRASE}")
        self.stdout.write(f"DIALOGUE_SIGNING_ROOTS={folder / ROOT}")


def _write(path: Path, content: bytes) -> None:
    """A new file that its owner alone may read, from its first byte on."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
