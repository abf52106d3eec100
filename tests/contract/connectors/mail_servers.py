"""Dovecot and OpenSMTPD from Debian, started for a test on ports of their own."""

import contextlib
import datetime
import ipaddress
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "mailbox-password"
NOBODY = 65534
DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
log_path = {root}/dovecot.log
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
mail_location = maildir:{root}/mail/%n
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={nobody} gid={nobody} home={root}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
"""
SMTPD = """
table names {{ "help@shop.example" = "help", "@gone.example" = "nobody-here", "@" = "buyers" }}
table users file:{root}/users
listen on 127.0.0.1 port {smtp}
action "keep" maildir "{root}/mail/%{{user.username}}" userbase <users> virtual <names>
match from any for any action "keep"
"""


@dataclass(frozen=True)
class MailServers:
    """Where they listen. OpenSMTPD is a relay of this machine, which asks for no password: the TLS
    of Debian 12's fails with OpenSSL 3.
    """

    root: Path
    imap: int
    smtp: int

    def values(self) -> dict[str, str]:
        """The settings of the shop's channel."""
        told = {
            "ADDRESS": "help@shop.example",
            "USER": "help",
            "PASSWORD": PASSWORD,
            "IMAP": f"imaps://localhost:{self.imap}",
            "SMTP": f"smtp://127.0.0.1:{self.smtp}",
            "SECRET": "sixteen signs or more",
        }
        return {f"CONCIERGE_EMAIL_{name}": value for name, value in told.items()}

    def mails_of(self, user: str) -> list[bytes]:
        """What lies in a mailbox, oldest first."""
        found = [*(self.root / "mail" / user).glob("*/*")]
        mails = [path for path in found if path.parent.name in ("new", "cur")]
        return [path.read_bytes() for path in sorted(mails, key=lambda one: one.stat().st_mtime_ns)]

    def flags(self, user: str) -> set[str]:
        """The flags of its mails."""
        return {one.name.partition(":2,")[2] for one in (self.root / "mail" / user).glob("cur/*")}


@contextlib.contextmanager
def mail_servers() -> Iterator[MailServers]:
    """Both of them; the test is skipped where they are not installed or may not start."""
    missing = [one for one in ("dovecot", "smtpd") if shutil.which(one) is None]
    if missing or os.geteuid() != 0:
        pytest.skip("needs root, and dovecot-imapd and opensmtpd: scripts/setup.sh --tests")
    root = Path(tempfile.mkdtemp(prefix="concierge-mail."))
    running: list[subprocess.Popen[bytes]] = []
    try:
        root.chmod(0o755)
        (root / "mail").mkdir()
        os.chown(root / "mail", NOBODY, NOBODY)
        certificate(root)
        found = MailServers(root, *(free_port() for _ in range(2)))
        users = [f"{one} {NOBODY}:{NOBODY}:{root}/mail/{one}" for one in ("help", "buyers")]
        (root / "users").write_text("\n".join(users) + "\n")
        told = {**vars(found), "password": PASSWORD, "nobody": NOBODY}
        (root / "dovecot.conf").write_text(DOVECOT.format(**told))
        (root / "smtpd.conf").write_text(SMTPD.format(**told))
        for command in (
            ["dovecot", "-F", "-c", str(root / "dovecot.conf")],
            ["smtpd", "-d", "-f", str(root / "smtpd.conf")],
        ):
            with (root / f"{command[0]}.out").open("wb") as out:
                running.append(subprocess.Popen(command, stdout=out, stderr=out))
        for port, server in zip((found.imap, found.smtp), running, strict=True):
            wait_for(port, server, root)
        yield found
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait(timeout=20)
        shutil.rmtree(root, ignore_errors=True)


def certificate(root: Path) -> None:
    """A certificate of localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (root / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (root / "key.pem").touch(0o600)
    (root / "key.pem").write_bytes(secret)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes], root: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if server.poll() is not None:  # a sandbox may forbid what it does as root
            break
        time.sleep(0.05)
    told = "\n".join(one.read_text(errors="replace") for one in root.glob("*.out"))
    ended = server.poll() is not None
    (pytest.skip if ended else pytest.fail)(f"nothing listens at {port}:\n{told}")
