"""What people at the desk may do: by role, or chosen for one person."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Permission = Literal[
    "tickets.work",
    "tickets.manage",
    "orders.change",
    "orders.refund",
    "team.see",
    "team.edit",
    "reports.see",
    "reviews.write",
    "rules.edit",
    "audit.see",
    "api.edit",
    "assistant.see",
    "assistant.edit",
    "assistant.publish",
]
PERMISSIONS: Final[tuple[Permission, ...]] = get_args(Permission)
# Who may change a thing may look at it.
IMPLIED: Final[Mapping[str, frozenset[str]]] = {
    "assistant.see": frozenset({"assistant.edit", "assistant.publish"}),
}
_AGENT: Final = frozenset({"tickets.work", "orders.change"})
_SUPERVISOR: Final = _AGENT | {
    "tickets.manage",
    "orders.refund",
    "team.see",
    "reports.see",
    "reviews.write",
}
BY_ROLE: Final[Mapping[str, frozenset[str]]] = {
    "agent": _AGENT,
    "supervisor": _SUPERVISOR,
    "admin": frozenset(PERMISSIONS),
}
