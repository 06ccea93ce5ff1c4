"""Where files lie: arriving ones in one folder, kept ones in another of the same disk, so that a rename publishes."""

import os
import secrets
from pathlib import Path

from django.conf import settings

FILE_MODE, FOLDER_MODE = 0o600, 0o700  # readable by this installation alone
SERVED_FILE, SERVED_FOLDER = 0o640, 0o750  # and by its group, to which the proxy belongs that serves the kept files


def new_key() -> str:
    """A name that nobody can guess and nobody has given: 128 random bits as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def arriving(key: str) -> Path:
    """Where a file lies until what it belongs to is committed."""
    return arriving_folder() / key


def kept(key: str) -> Path:
    """Where a file lies afterwards."""
    return kept_folder() / key[:2] / key


def arriving_folder() -> Path:
    return Path(settings.FILES_DIR) / "arriving"


def kept_folder() -> Path:
    return Path(settings.FILES_DIR) / "kept"


def make(folder: Path) -> Path:
    """The folder, made if it is not there."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


def publish(key: str) -> bool:
    """The file lies where it is served from; False when it lies nowhere. May be repeated."""
    target = kept(key)
    make(target.parent)
    try:
        if settings.FILES_ACCEL:
            for folder in (kept_folder(), target.parent):
                folder.chmod(SERVED_FOLDER)
            arriving(key).chmod(SERVED_FILE)
        os.replace(arriving(key), target)
    except FileNotFoundError:
        return target.exists()
    _remember(target.parent)
    return True


def remove(key: str) -> None:
    """The content is gone from both places; nothing happens when it lies in neither."""
    kept(key).unlink(missing_ok=True)
    arriving(key).unlink(missing_ok=True)


def _remember(folder: Path) -> None:
    """The names in the folder are on the disk, not only in memory."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
