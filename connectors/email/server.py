"""Addresses of mail servers: imaps://host, imap://host:143, smtps://host, smtp://host:587."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

PORTS: Final = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
_ADDRESS: Final = re.compile(
    r"(imaps?|smtps?)://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?/?"
)


@dataclass(frozen=True)
class Server:
    """Where a server listens. `is_wrapped`: TLS from the first byte; else it is begun by STARTTLS,
    without which no password leaves, unless the server runs here.
    """

    host: str
    port: int
    is_wrapped: bool

    @property
    def is_here(self) -> bool:
        """Whether the server is this very machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def server_of(address: str, protocol: str) -> Server:
    """The server that an address names; raises ValueError for none of this protocol."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not found[1].startswith(protocol):
        raise ValueError(f"{protocol}s://host or {protocol}://host:port")
    port = int(found[3] or PORTS[found[1]])
    if not 0 < port < 65536:
        raise ValueError("a port from 1 to 65535")
    return Server(found[2].strip("[]"), port, found[1].endswith("s"))
