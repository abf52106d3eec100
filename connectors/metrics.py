"""Prometheus metrics of the front, in a registry of the application's own."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0)


class Metrics:
    """The front's figures; names are documented in docs/reference."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "concierge_http_requests",
            "Requests served.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "concierge_http_request_seconds",
            "Time to serve a request.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.accepted = Counter(
            "concierge_messages_accepted",
            "Shoppers' messages stored, repeats apart.",
            ("channel", "handled_by"),
            registry=self.registry,
        )
        self.repeated = Counter(
            "concierge_messages_repeated",
            "Messages that had been stored before.",
            ("channel",),
            registry=self.registry,
        )
        self.events = Counter(
            "concierge_channel_events",
            "Events at the messengers' doors by outcome: taken, recorded, repeated, forged.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self.shed = Counter(
            "concierge_messages_shed",
            "Messages refused because too many waited for the assistant.",
            registry=self.registry,
        )
        self.turn_seconds = Histogram(
            "concierge_turn_seconds",
            "Time from a stored message to its stored answer.",
            buckets=SECONDS,
            registry=self.registry,
        )
        self.assistant_calls = Counter(
            "concierge_assistant_calls",
            "Calls to the assistant by outcome.",
            ("outcome",),
            registry=self.registry,
        )
        self.notices = Counter(
            "concierge_delay_notices", "Shoppers told to wait.", registry=self.registry
        )
        self.sent = Counter(
            "concierge_messages_sent",
            "Messages handed to their channel.",
            ("channel", "outcome"),
            registry=self.registry,
        )
        self.helpful = Counter(
            "concierge_chat_helpful",
            "Conversations that helped, and that did not, by the shopper's word.",
            ("answer",),
            registry=self.registry,
        )
        self.inbox_open = Gauge(
            "concierge_inbox_open", "Messages waiting for an answer.", registry=self.registry
        )
        self.outbox = Gauge(
            "concierge_outbox", "Deliveries by state.", ("state",), registry=self.registry
        )
        self.watchers = Gauge(
            "concierge_live_watchers", "Open live connections.", registry=self.registry
        )
        self.assistant_up = Gauge(
            "concierge_assistant_up", "1 when the assistant answers.", registry=self.registry
        )

    def render(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)
