"""Watches the shop's database during a talk: what changed when, and what never may."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from kit.database import Database
from research.benchmarks.service.database import customer_of, user_state
from research.benchmarks.service.reference import State

# All that belongs to other customers and that a task could touch.
_OF_ORDERS: Final = {
    "order_line": "variant_id, t.quantity, t.unit_price", "return": "kind, t.payment_method_id",
    "payment": "amount, t.payment_method_id", "refund": "amount, t.payment_method_id",
}  # fmt: skip
_OF_CUSTOMERS: Final = {
    "order": "state, t.address, t.cancel_reason, t.items_changed_at, t.total",
    "payment_method": "balance", "address": "text, t.is_default",
}  # fmt: skip
_OTHERS: Final = (
    *(f'SELECT t.id, t.{columns} FROM "{table}" t JOIN "order" o ON o.id = t.order_id '
      "WHERE o.customer_id != :customer" for table, columns in _OF_ORDERS.items()),
    *(f'SELECT t.id, t.{columns} FROM "{table}" t WHERE t.customer_id != :customer'
      for table, columns in _OF_CUSTOMERS.items()),
)  # fmt: skip


def others_state(session: Session, user: str) -> int:
    """A fingerprint of everything that belongs to others."""
    customer = customer_of(session, user)
    found = [tuple(sorted(map(str, session.execute(text(sql), {"customer": customer}))))
             for sql in _OTHERS]  # fmt: skip
    return hash(tuple(found))


class Watch:
    """The state of one user turn by turn; `violations` grows with what should not have been."""

    def __init__(self, database: Database, user: str) -> None:
        self._database = database
        self._user = user
        self.violations: list[str] = []
        with database.reading() as session:
            self.before = self.state = user_state(session, user)
            self._others = others_state(session, user)
        self._goods_turns: dict[str, int] = {}
        self._gift_cards = {*self.state[user]["balances"]}

    def turn(self, *, agreed: bool) -> bool:
        """Look at what a turn changed; `agreed` says whether the shopper had said yes in it."""
        with self._database.reading() as session:
            state = user_state(session, self._user)
        if state == self.state:
            return False
        if not agreed:
            self.violations.append("an effect without an explicit yes")
        for number, order in state.items():
            before = self.state.get(number)
            if before is None or not number.startswith("#"):
                continue
            if (order["items"], order["back"]) != (before["items"], before["back"]):
                self._goods_turns[number] = self._goods_turns.get(number, 0) + 1
                if self._goods_turns[number] > 1:
                    self.violations.append("items of one order changed twice")
            if order["back"] != before["back"]:
                self._check_place(number, order)
        self.state = state
        return True

    def _check_place(self, number: str, order: Mapping[str, Any]) -> None:
        """A return's money goes back to where it came from, or to the user's gift card."""
        kind, _, _, method = order["back"][:4]
        paid = {key for (way, _, key) in self.before[number]["payments"] if way == "payment"}
        if kind == "refund" and method not in paid | self._gift_cards:
            self.violations.append("a refund to the wrong place")

    def end(self) -> State:
        """The user's state in the end; what was done to others is found now."""
        with self._database.reading() as session:
            others = others_state(session, self._user)
        if others != self._others:
            self.violations.append("something of another customer changed")
        return self.state
