"""A stand-in for the assistant that speaks its channel's contract and can be told to misbehave."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from kit.button import button_token, read_button
from kit.signing import BadSignature, process_secret
from tests.web.fake_cards import cards_for


@dataclass
class FakeRasa:
    """Answers each message with an echo; remembers what it was asked."""

    key: bytes
    asked: list[dict[str, Any]] = field(default_factory=list)
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    status: int = 200
    seconds: float = 0.0
    failures: int = 0
    is_silent: bool = False
    is_handover: bool = False
    is_trouble: bool = False
    intent: str = "greet"
    at_once: int = 0
    most_at_once: int = 0
    meeting: asyncio.Barrier | None = None  # no turn ends before so many have come

    def app(self) -> web.Application:
        """The server to run."""
        app = web.Application()
        app.add_routes([web.post("/webhooks/concierge/webhook", self.answer)])
        return app

    async def answer(self, request: web.Request) -> web.Response:
        """One turn."""
        wanted = f"Bearer {process_secret(self.key, 'rasa-channel')}"
        if request.headers.get("Authorization") != wanted:
            return web.Response(status=401)
        body = await request.json()
        self.asked.append(body)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.meeting is not None:
                await self.meeting.wait()
            await asyncio.sleep(self.seconds)
            if self.failures > 0:
                self.failures -= 1
                return web.Response(status=self.status)
            if self.status != 200 and self.failures == 0:
                return web.Response(status=self.status)
            return web.json_response(self.reply(body))
        finally:
            self.at_once -= 1

    def reply(self, body: dict[str, Any]) -> dict[str, Any]:
        """The same answer for the same message id."""
        if body["message_id"] in self.answered:
            return self.answered[body["message_id"]]
        text, sender = body["text"], body["sender"]
        with contextlib.suppress(BadSignature):
            text = read_button(text, sender, self.key).payload
        replies: list[dict[str, Any]] = [] if self.is_silent else [{"text": f"You said: {text}"}]
        lowered = text.lower()
        if "boots" in lowered or "登山鞋" in lowered:
            replies.append({"text": "These may suit you:", "cards": CARDS})
        if "order" in lowered and not lowered.startswith("/"):
            buttons, options = self.buttons(sender), ["Order 10482", "Order 10391"]
            asks = {"kind": "choose", "slot": "order", "options": options}
            which = {"text": "Which one?", "buttons": buttons, "asks": asks}
            replies.append({**which, "cards": cards_for("order")})
        if "code" in lowered:
            asks = {"kind": "code", "slot": "code"}
            replies.append({"text": "Which six digits did we mail you?", "asks": asks})
        if "cancel" in lowered:
            buttons = self.buttons(sender, "Cancel the boots and the jacket", "Keep")
            asks = {"kind": "confirm", "slot": "yes"}
            asked = {"text": "€149.95 goes back.", "buttons": buttons, "asks": asks}
            replies.append({**asked, "cards": cards_for("cancel")})
        for word in ("parcel", "compare", "whose", "digits", "do it"):
            if word in lowered:
                replies.append({"text": f"Your {word}:", "cards": cards_for(word)})
        if "delivery" in lowered:
            more = self.buttons(sender, "Read more", "Which countries?")
            replies.append({"text": "Two days.", "buttons": more, "cards": cards_for("delivery")})
        answer = {
            "replies": replies,
            "language": body["metadata"].get("language", "en"),
            "intent": {"name": self.intent, "confidence": 0.97},
            "handover": not self.is_trouble and (self.is_handover or "/talk_to_person" in text),
            "trouble": self.is_trouble,
        }
        self.answered[body["message_id"]] = answer
        return answer

    def buttons(self, sender: str, *titles: str) -> list[dict[str, str]]:
        """Two buttons with tokens, as the channel makes them."""
        return [
            {
                "title": title,
                "payload": button_token(
                    f'/inform{{"order_number":"{number}"}}', title, sender, self.key
                ),
            }
            for number, title in zip(
                ("10482", "10391"), titles or ("Order 10482", "Order 10391"), strict=True
            )
        ]


CARDS = [
    {
        "title": f"{name} hiking boots",
        "subtitle": "Waterproof, 42–46",
        "image": "/static/mark.svg",
        "url": "/product/karst-granit-mid",
        "price": price,
        "old_price": old,
        "off": "−22 %" if old else "",
        "rating": "★ 4.6 (128)" if old else "",
        "sizes": [{"title": "42"}, {"title": "43", "is_out": True}],
        "stock": stock,
        "reason": reason,
        "sku": f"S-{name}",
        "colours": [{"title": "green", "paint": "#3c8d57"}, {"title": "navy", "paint": "#1f2f55"}],
        "basket": [
            {
                "title": size,
                "sku": f"{name[:2]}-{size}",
                "url": f"https://shop.example/cart?sku={name[:2]}-{size}",
            }
            for size in ("42", "44")
        ],
        "buttons": [
            {"title": title, "payload": f"/{title[:3]}"}
            for title in ("Details", "Why this?", "Not for me")
        ],
    }
    for name, price, old, stock, reason in (
        ("Karst Granit Mid", "€169.00", "", "In stock", "Popular with hikers like you"),
        ("Alpenrot Fels GTX", "€139.00", "€179.00", "Only 3 left", ""),
        ("Talwind Bergweg", "€119.00", "", "Back on 6 December", ""),
        ("Nordlicht Tundra", "€189.00", "", "In stock", ""),
    )
]
