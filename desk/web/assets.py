"""Style sheets and scripts, under an address that changes with their content."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

FOLDER: Final = Path(__file__).parent / "static"


@dataclass(frozen=True)
class Assets:
    """All static files, read once; nothing else can be asked for."""

    build: str
    files: dict[str, bytes]
    prefix: str = "/desk"

    @classmethod
    def load(cls, folder: Path = FOLDER, prefix: str = "/desk") -> "Assets":
        """Read the folder; the build is a hash of everything in it.

        `prefix` is the address of the application that serves them.
        """
        files = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(name.encode() + b"\0" + content)
        return cls(digest.hexdigest()[:12], files, prefix)

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for a file that does not exist."""
        if name not in self.files:
            raise KeyError(name)
        return f"{self.prefix}/static/{self.build}/{name}"

    def response(self, name: str) -> web.Response:
        """The file, to be kept for a year; raises HTTPNotFound."""
        if name not in self.files:
            raise web.HTTPNotFound
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return web.Response(
            body=self.files[name],
            content_type=content_type,
            charset="utf-8" if content_type.startswith(("text/", "application/json")) else None,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )
