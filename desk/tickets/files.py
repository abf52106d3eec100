"""Pictures and documents between agents and shoppers: checked by content, stripped of the rest.

Pictures are drawn anew, which takes out where and when a photo was made and anything that only
pretends to be one. Documents must begin like a PDF. The key in an address cannot be guessed.
"""

import io
import re
import secrets
import warnings
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from desk.tickets.work_models import FileRow

LARGEST: Final = 5 * 2**20
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 2000
TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/png", "WEBP": "image/jpeg"}
_UNSAFE: Final = re.compile(r"[^\w .()-]+")


class FileTooLarge(ValueError):
    """More bytes or pixels than are taken."""


class WrongType(ValueError):
    """Neither a picture that can be drawn nor a PDF."""


@dataclass(frozen=True)
class StoredFile:
    """A file as it is given out."""

    key: str
    name: str
    content_type: str
    content: bytes

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it in place."""
        return self.content_type.startswith("image/")

    @property
    def address(self) -> str:
        """Where the file is given out to whoever knows its key."""
        return f"/desk/files/{self.key}"


def keep_file(
    session: Session, conversation_id: str, name: str, content: bytes, *, now: datetime
) -> StoredFile:
    """Check and keep a file; raises FileTooLarge or WrongType."""
    if len(content) > LARGEST:
        raise FileTooLarge
    content_type, body = checked(content)
    stored = StoredFile(secrets.token_urlsafe(24), safe_name(name), content_type, body)
    session.add(
        FileRow(
            key=stored.key,
            conversation_id=conversation_id,
            name=stored.name,
            content_type=content_type,
            content=body,
            created_at=now,
        )
    )
    session.flush()
    return stored


def get_file(session: Session, key: str) -> StoredFile | None:
    """The file with this key."""
    row = session.get(FileRow, key)
    return None if row is None else StoredFile(row.key, row.name, row.content_type, row.content)


def checked(content: bytes) -> tuple[str, bytes]:
    """The type by content and the bytes to keep; raises FileTooLarge or WrongType."""
    if content.startswith(b"%PDF-"):
        return "application/pdf", content
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=list(TYPES))
            if picture.width * picture.height > MOST_PIXELS:
                raise FileTooLarge
            content_type = TYPES[str(picture.format)]
            drawn = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise FileTooLarge from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, FileTooLarge):
            raise
        raise WrongType from error
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    if content_type == "image/jpeg":
        drawn.convert("RGB").save(out, "JPEG", quality=88)
    else:
        drawn.convert("RGBA").save(out, "PNG")
    return content_type, out.getvalue()


def safe_name(name: str) -> str:
    """A name without folders and signs that mean something to a shell, a header or a page."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNSAFE.sub("_", last).strip(" .")[:120] or "file"
