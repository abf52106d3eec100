"""Tickets into another help desk: what to ask of Zammad's and Chatwoot's public APIs.

Pure: an event becomes requests, an answer becomes the other side's number. Zammad: REST API v1
(`/api/v1/tickets`, `/api/v1/ticket_articles`). Chatwoot: application API v1
(`/api/v1/accounts/ID/contacts`, `/conversations`, `/messages`, `/toggle_status`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLOSING = frozenset({"ticket.solved", "ticket.handed_back", "ticket.merged"})


class BridgeError(RuntimeError):
    """The other side's answer is not what its contract says."""


@dataclass(frozen=True)
class Ask:
    """One request to the other side."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: dict[str, Any]


def zammad(
    address: str, token: str, event: str, body: Mapping[str, Any], remote_id: str | None
) -> Ask | None:
    """What Zammad is asked for an event; None where it needs not know."""
    base, options = _parts(address)
    headers = {"Authorization": f"Token token={token}"}
    ticket = body["ticket"]
    if remote_id is None:
        created = {
            "title": f"{ticket['topic']}: {_first_line(ticket)}"[:250],
            "group": options.get("group", "Users"),
            "customer_id": f"guess:{_mail(ticket)}",
            "article": {
                "subject": ticket["reason"],
                "body": ticket["summary"] or ticket["topic"],
                "type": "note",
                "sender": "Customer",
                "internal": False,
            },
        }
        return Ask("POST", f"{base}/api/v1/tickets", headers, created)
    if event == "message.created":
        said = body["message"]
        article = {
            "ticket_id": int(remote_id),
            "body": said["text"],
            "type": "note",
            "sender": "Customer" if said["author"] == "shopper" else "Agent",
            "internal": False,
        }
        return Ask("POST", f"{base}/api/v1/ticket_articles", headers, article)
    if event in CLOSING:
        return Ask("PUT", f"{base}/api/v1/tickets/{remote_id}", headers, {"state": "closed"})
    return None


def zammad_number(answer: Mapping[str, Any]) -> str:
    """The number of the ticket that Zammad made; raises BridgeError."""
    if not isinstance(answer.get("id"), int):
        raise BridgeError("Zammad's answer has no id")
    return str(answer["id"])


def chatwoot_contact(address: str, token: str, body: Mapping[str, Any]) -> Ask:
    """Make or find the contact; the first of two steps to a conversation."""
    base, options = _parts(address)
    ticket = body["ticket"]
    contact = {
        "inbox_id": int(options.get("inbox", "1")),
        "identifier": f"concierge-{ticket['customer_id'] or ticket['conversation_id']}",
        "name": f"Concierge #{ticket['id']}",
    }
    return Ask("POST", f"{_account(base, options)}/contacts", _chatwoot_headers(token), contact)


def chatwoot_source(answer: Mapping[str, Any]) -> tuple[int, str]:
    """The contact's id and its source id in our inbox; raises BridgeError."""
    try:
        payload = answer["payload"]
        contact, link = payload["contact"], payload["contact_inbox"]
        return int(contact["id"]), str(link["source_id"])
    except (KeyError, TypeError, ValueError) as error:
        raise BridgeError("Chatwoot's answer has no contact") from error


def chatwoot_conversation(
    address: str, token: str, body: Mapping[str, Any], contact_id: int, source_id: str
) -> Ask:
    """Open the conversation with the summary as its first message."""
    base, options = _parts(address)
    ticket = body["ticket"]
    conversation = {
        "source_id": source_id,
        "inbox_id": int(options.get("inbox", "1")),
        "contact_id": contact_id,
        "status": "open",
        "message": {"content": ticket["summary"] or ticket["topic"]},
        "additional_attributes": {"concierge_ticket": ticket["id"], "topic": ticket["topic"]},
    }
    return Ask(
        "POST", f"{_account(base, options)}/conversations", _chatwoot_headers(token), conversation
    )


def chatwoot_number(answer: Mapping[str, Any]) -> str:
    """The number of the conversation that Chatwoot made; raises BridgeError."""
    if not isinstance(answer.get("id"), int):
        raise BridgeError("Chatwoot's answer has no id")
    return str(answer["id"])


def chatwoot(
    address: str, token: str, event: str, body: Mapping[str, Any], remote_id: str
) -> Ask | None:
    """What Chatwoot is asked for an event of a known conversation."""
    base, options = _parts(address)
    place = f"{_account(base, options)}/conversations/{remote_id}"
    if event == "message.created":
        said = body["message"]
        kind = "incoming" if said["author"] == "shopper" else "outgoing"
        message = {"content": said["text"], "message_type": kind, "private": False}
        return Ask("POST", f"{place}/messages", _chatwoot_headers(token), message)
    if event in CLOSING:
        return Ask(
            "POST", f"{place}/toggle_status", _chatwoot_headers(token), {"status": "resolved"}
        )
    return None


def _account(base: str, options: Mapping[str, str]) -> str:
    return f"{base}/api/v1/accounts/{int(options.get('account', '1'))}"


def _chatwoot_headers(token: str) -> dict[str, str]:
    return {"api_access_token": token}


def _parts(address: str) -> tuple[str, dict[str, str]]:
    parts = urlsplit(address)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", options


def _first_line(ticket: Mapping[str, Any]) -> str:
    return str(ticket["summary"] or ticket["reason"]).splitlines()[0]


def _mail(ticket: Mapping[str, Any]) -> str:
    """An address that identifies the shopper without giving their real one away."""
    return f"shopper-{ticket['customer_id'] or ticket['id']}@concierge.invalid"
