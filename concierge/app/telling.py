"""News for those who asked in a connected chat: parcels that left or are late, goods back."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from connectors.messenger import Messenger, Window
from conversations import Listener, Purpose, Reply, listeners, tell
from kit.i18n import Catalogue, Texts, as_language
from kit.settings import shop_address
from shop.access import access_orders
from shop.deliveries import delivery_of
from shop.ids import CustomerId
from shop.stock import notices_sent

FRESH: Final = timedelta(days=2)  # what is older is no news


@dataclass(frozen=True)
class News:
    """Something that happened: its key is its own, `at` when it happened."""

    key: str
    text: str
    values: Mapping[str, object]
    at: datetime


def tell_news(
    session: Session, messengers: Mapping[str, Messenger], catalogue: Catalogue, *, now: datetime
) -> int:
    """Tell what happened since somebody asked for it; how much was told.

    A channel that is not open, or takes nothing now, is left for the next look.
    """
    told = 0
    sources: dict[Purpose, Callable[[Session, Listener, datetime], Iterable[News]]] = {
        "orders": orders_news,
        "stock": stock_news,
    }
    for purpose, news_of in sources.items():
        for listener in listeners(session, purpose):
            messenger = messengers.get(listener.conversation.channel)
            if messenger is None:
                continue
            closed = messenger.may_send(Window("bot", listener.heard_at, now))
            language = as_language(listener.conversation.language)
            for news in news_of(session, listener, now):
                if news.at < max(listener.granted_at, now - FRESH):
                    continue
                text = catalogue.text(language, news.text, **news.values)
                end = catalogue.text(language, "tell.how_to_end")
                reply = Reply(f"{text}\n\n{end}")
                told += tell(session, listener, news.key, reply, closed=closed, now=now)
    return told


def orders_news(session: Session, listener: Listener, now: datetime) -> Iterator[News]:
    """Parcels that left, and orders past the day that was promised."""
    for order in access_orders(session, _customer(listener)):
        for parcel in order.shipments:
            values = {
                "number": order.number,
                "carrier": parcel.carrier,
                "tracking": parcel.tracking_number,
            }
            yield News(
                f"shipped:{parcel.tracking_number}", "tell.shipped", values, parcel.shipped_at
            )
        delivery = delivery_of(order, now=now)
        if delivery.days_late >= 1 and order.shipments:
            key = f"late:{order.number}:{delivery.promised_on}"
            yield News(key, "tell.late", {"number": order.number}, now)


def stock_news(session: Session, listener: Listener, now: datetime) -> Iterator[News]:
    """Goods that are back of those that the customer waits for."""
    for notice in notices_sent(session, _customer(listener), since=now - FRESH):
        name = Texts.of(notice.names).text(listener.conversation.language)
        values = {"name": name, "address": shop_address(f"/product/{notice.slug}")}
        yield News(f"stock:{notice.key}", "tell.back", values, notice.at)


def _customer(listener: Listener) -> CustomerId:
    return CustomerId(int(listener.conversation.customer_id or 0))
