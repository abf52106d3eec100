"""An answer as a mail, and the way to the server that takes it."""

import contextlib
import html
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Final

from connectors.base import SendFailed
from connectors.email.server import Server
from connectors.messenger import Part
from kit.clock import Clock

SECONDS: Final = 15.0
# Long ids must stay in one piece: a folded one names no thread.
POLICY: Final = SMTP.clone(max_line_length=990)
_LINK: Final = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f]+")


def plain_of(parts: Sequence[Part]) -> str:
    """The answer in plain words; buttons are lines to answer with."""
    return "\n\n".join(
        "\n".join(filter(None, (part.text, part.picture, *_choices(part)))) for part in parts
    )


def _choices(part: Part) -> list[str]:
    return [f"• {press.title}" for press in part.buttons]


def page_of(parts: Sequence[Part]) -> str:
    """The same as a page: nothing in it but words, links and pictures."""
    blocks = "".join(_block(part) for part in parts)
    return f'<html><body style="font-family:sans-serif;line-height:1.5">{blocks}</body></html>'


def _block(part: Part) -> str:
    picture = ""
    if part.picture:
        address = html.escape(part.picture)
        picture = f'<p><img src="{address}" alt="" width="320" style="max-width:100%"></p>'
    choices = "".join(f"<li><b>{html.escape(press.title)}</b></li>" for press in part.buttons)
    words = f"<p>{_linked(part.text)}</p>" if part.text else ""
    return picture + words + (f"<ul>{choices}</ul>" if choices else "")


def _linked(text: str) -> str:
    found, at = [], 0
    for link in _LINK.finditer(text):
        address = html.escape(link[0])
        found += [html.escape(text[at : link.start()]), f'<a href="{address}">{address}</a>']
        at = link.end()
    return "".join([*found, html.escape(text[at:])]).replace("\n", "<br>\n")


def mail_of(body: Mapping[str, Any], sender: Address, message_id: str, clock: Clock) -> bytes:
    """The mail that a call describes; its id is the same on every try."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = str(sender)
    mail["To"] = body["to"]
    mail["Subject"] = _one_line(body.get("subject", "")) or "Re:"
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = message_id
    for name, key in (("In-Reply-To", "in_reply_to"), ("References", "references")):
        if body.get(key):
            mail[name] = _ids(body[key])
    if body.get("automatic"):
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(body["text"], cte="base64")
    if body.get("page"):
        mail.add_alternative(body["page"], subtype="html", cte="base64")
    return mail.as_bytes()


def _one_line(words: str) -> str:
    return _UNSAFE.sub(" ", words).strip()


def _ids(words: str) -> str:
    """Ids alone, as many as one line of a header may hold."""
    found = re.findall(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,250}>", words)
    while len(" ".join(found)) > 900:
        del found[1 if len(found) > 1 else 0]
    return " ".join(found)


def post(server: Server, user: str, password: str, sender: str, to: str, mail: bytes) -> None:
    """Give one mail to the server; raises SendFailed. Blocks."""
    try:
        with contextlib.closing(_connected(server)) as smtp:
            # A relay on this machine may ask for no password; nobody else may.
            if smtp.has_extn("auth") or not server.is_here:
                smtp.login(user, password)
            smtp.sendmail(sender, [to], mail)
            with contextlib.suppress(smtplib.SMTPException, OSError):
                smtp.quit()  # what it took is taken, however it says goodbye
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _refused(code, words) from error
    except smtplib.SMTPAuthenticationError as error:
        raise SendFailed(f"SMTP {error.smtp_code}: the server takes no such password") from error
    except smtplib.SMTPResponseException as error:
        raise _refused(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise SendFailed(f"SMTP: {type(error).__name__}") from error


def _connected(server: Server) -> smtplib.SMTP:
    if server.is_wrapped:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=context
        )
        smtp.ehlo()
        return smtp
    smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    smtp.ehlo()
    if not server.is_here:
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    return smtp


def _refused(code: int, words: bytes | str) -> SendFailed:
    told = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return SendFailed(f"SMTP {code} {_one_line(told)[:80]}", is_final=500 <= code < 600)
