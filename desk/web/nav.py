"""The places of the desk, in the order of its navigation. A new page adds a line here."""

from dataclasses import dataclass
from typing import Final

from desk.tickets import Agent, Permission


@dataclass(frozen=True)
class Place:
    """A page: its name in the catalogue (`nav.NAME`), its address, who sees it."""

    name: str
    path: str
    permission: Permission = "tickets.work"


PLACES: Final = (
    Place("inbox", "/desk"),
    Place("board", "/desk/board", "reports.see"),
    Place("reports", "/desk/reports", "reports.see"),
    Place("stock", "/desk/stock", "reports.see"),
    Place("insights", "/desk/insights", "reports.see"),
    Place("reviews", "/desk/reviews", "reviews.write"),
    Place("team", "/desk/team", "team.see"),
    Place("ready_made", "/desk/ready-made", "tickets.manage"),
    Place("setup", "/desk/setup", "rules.edit"),
    Place("api", "/desk/api", "api.edit"),
    Place("studio", "/studio", "assistant.see"),
    Place("audit", "/desk/audit", "audit.see"),
)


def places_for(agent: Agent | None) -> list[Place]:
    """What this person may open."""
    return [place for place in PLACES if agent is not None and agent.may(place.permission)]


def is_at(place: Place, path: str) -> bool:
    """Whether the address belongs to the place; tickets belong to the inbox."""
    if place.path == "/desk":
        return path == "/desk" or path.startswith("/desk/tickets/")
    return path == place.path or path.startswith(place.path + "/")
