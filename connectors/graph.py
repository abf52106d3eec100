"""What Meta's messengers share: the proof over the raw body, the question at set-up, the Graph API.

WhatsApp, Facebook Messenger and Instagram are called by one app and answer in one form.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from connectors.base import SendFailed
from connectors.messenger import Messenger, Verdict, objects, part_of, verdict, wanted
from connectors.provider import TIMEOUT, answer_of, file_of, refused
from kit.settings import SettingsError

API: Final = "https://graph.facebook.com/v24.0"
PROOF: Final = "X-Hub-Signature-256"
HOSTS: Final = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com", ".whatsapp.net")
# Refusals that pass: limits, hiccups, and a token that an engineer renews. Meta gives them with 400
# and 403, too.
PASSING: Final = frozenset(
    {1, 2, 4, 17, 32, 190, 341, 613, 1200, 80006, 80007}  # any of Meta's
    | {130429, 131000, 131016, 131048, 131056, 133004}  # WhatsApp's own
)
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")


class MetaMessenger(Messenger):
    """How Meta proves who calls, and asks whether an address is ours."""

    secret: str
    word: str  # what Meta repeats when it asks

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], raw: bytes, now: datetime
    ) -> Verdict:
        """HMAC-SHA256 over the raw body; the older SHA-1 header is no proof.

        Meta signs no time, an id is claimed once.
        """
        digest = hmac.new(self.secret.encode(), raw, hashlib.sha256).hexdigest()
        return verdict(headers.get(PROOF), f"sha256={digest}".encode())

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """Meta asks once, when the address is set."""
        asked = query.get("hub.challenge", "")
        is_ours = verdict(query.get("hub.verify_token"), self.word.encode()) == "genuine"
        is_asked = query.get("hub.mode") == "subscribe" and _CHALLENGE.fullmatch(asked)
        return asked if is_ours and is_asked else None


def secrets_of(values: Mapping[str, str], channel: str) -> tuple[str, str, str]:
    """Token, secret and word of one of Meta's channels; raises SettingsError."""
    token, secret, word = wanted(values, channel, "TOKEN", "SECRET", "VERIFY")
    if len(secret) < 16:
        raise SettingsError(
            f"CONCIERGE_{channel.upper()}_SECRET must be the app secret of the app's page"
        )
    return token, secret, word


def entries(body: Any) -> list[Mapping[str, Any]]:
    """The entries of a webhook; raises ValueError for a body that is none."""
    if not isinstance(body, dict) or not isinstance(body.get("entry"), list):
        raise ValueError("a webhook has a list of entries")
    return objects(body["entry"])


async def ask(
    http: aiohttp.ClientSession,
    verb: str,
    url: str,
    token: str,
    body: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The Graph API's answer; raises SendFailed, for good only where no later try goes better."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.request(verb, url, json=body, headers=headers, timeout=TIMEOUT) as response:
        answer = await answer_of(response)
        if response.status < 300:
            return answer
        error = part_of(answer, "error")
        failed = refused(response, f"{error.get('code', '')} {error.get('message', '')}".strip())
        if error.get("code") in PASSING or error.get("is_transient"):
            failed.is_final = False
        raise failed


async def file_from(
    http: aiohttp.ClientSession, url: str, api: str, token: str | None = None
) -> bytes:
    """A file that Meta keeps; raises SendFailed. Other hosts' files are not asked for."""
    host, own = urlsplit(url).hostname or "", urlsplit(api)
    is_metas = url.startswith("https://") and host.endswith(HOSTS)
    if not is_metas and not url.startswith(f"{own.scheme}://{own.netloc}/"):
        raise SendFailed("the file is not kept by Meta", is_final=True)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.get(url, headers=headers, timeout=TIMEOUT, allow_redirects=False) as response:
        return await file_of(response, gone=(400, 403, 404, 410))
