"""What a task's reference actions leave behind, by the rules of the benchmark's own policy."""

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from research.benchmarks.service.agendas import PLACES, BadAgenda

State = dict[str, Any]


def cents(amount: float) -> Decimal:
    """An amount of the file, exact."""
    return Decimal(str(round(amount, 2))).quantize(Decimal("0.01"))


def in_one_line(place: Mapping[str, str]) -> str:
    """An address of the file as the shop keeps it: one line without its country."""
    parts = (place["address1"], place["address2"], place["city"])
    return ", ".join(filter(None, (*parts, f"{place['state']} {place['zip']}")))


class Reference:
    """The file's own state of some users and their orders, with actions done to it."""

    def __init__(self, db: Mapping[str, Any], users: Iterable[str] = ()) -> None:
        self._db = db
        self.orders: dict[str, Any] = {}
        self.users: dict[str, Any] = {}
        for user in users:
            self.add_user(user)

    def add_user(self, user: str) -> None:
        """Hold a user with all orders. Raises BadAgenda where the file has none of that name."""
        if user in self.users:
            return
        if user not in self._db["users"]:
            raise BadAgenda(f"there is no user {user} in the database")
        self.users[user] = copy.deepcopy(self._db["users"][user])
        for number in self.users[user]["orders"]:
            self.orders[number] = copy.deepcopy(self._db["orders"][number])

    def do(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Do one action of `WRITES`."""
        keys = ("order_id", "user_id")
        rest = {key: value for key, value in arguments.items() if key not in keys}
        if name == "modify_user_address":
            self.add_user(arguments["user_id"])
            self.users[arguments["user_id"]]["address"] = rest
            return
        number = arguments["order_id"]
        self.add_user(self._db["orders"][number]["user_id"])
        getattr(self, name)(self.orders[number], **rest)

    def _pay(self, order: State, way: str, amount: float, key: str) -> None:
        entry = {"transaction_type": way, "amount": amount, "payment_method_id": key}
        order["payment_history"].append(entry)
        method = self.users[order["user_id"]]["payment_methods"][key]
        if "balance" in method:
            method["balance"] += amount if way == "refund" else -amount

    def _lacks(self, order: State, amount: float, key: str) -> bool:
        """Whether a gift card has too little left; then nothing is done, in the reference, too."""
        method = self.users[order["user_id"]]["payment_methods"][key]
        return "balance" in method and cents(method["balance"]) < cents(amount)

    def _pairs(
        self, order: State, old: Sequence[str], new: Sequence[str]
    ) -> tuple[list[tuple[State, State]], float]:
        left = list(order["items"])
        pairs = []
        for before, after in zip(old, new, strict=True):
            item = next(one for one in left if one["item_id"] == before)
            left.remove(item)
            pairs.append((item, self._db["products"][item["product_id"]]["variants"][after]))
        return pairs, round(sum(after["price"] - item["price"] for item, after in pairs), 2)

    def cancel_pending_order(self, order: State, reason: str) -> None:
        """The order is off; what was paid goes back the way it came."""
        order |= {"status": "cancelled", "reason": reason}
        for paid in list(order["payment_history"]):
            self._pay(order, "refund", paid["amount"], paid["payment_method_id"])

    def modify_pending_order_address(self, order: State, **address: str) -> None:
        """The order goes elsewhere."""
        order["address"] = address

    def modify_pending_order_payment(self, order: State, payment_method_id: str) -> None:
        """Another method pays all of it, the first one gets its money back."""
        paid = order["payment_history"][0]
        if self._lacks(order, paid["amount"], payment_method_id):
            return
        self._pay(order, "payment", paid["amount"], payment_method_id)
        self._pay(order, "refund", paid["amount"], paid["payment_method_id"])

    def modify_pending_order_items(
        self, order: State, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        """Other variants are sent; the difference is paid or goes back."""
        pairs, difference = self._pairs(order, item_ids, new_item_ids)
        if self._lacks(order, difference, payment_method_id):
            return
        order["status"] = "items changed"
        way = "payment" if difference > 0 else "refund"
        self._pay(order, way, abs(difference), payment_method_id)
        for item, after in pairs:
            item |= {"item_id": after["item_id"], "price": after["price"]}

    def exchange_delivered_order_items(
        self, order: State, item_ids: list[str], new_item_ids: list[str], payment_method_id: str
    ) -> None:
        """An exchange is asked for."""
        _, difference = self._pairs(order, item_ids, new_item_ids)
        if self._lacks(order, difference, payment_method_id):
            return
        order["back"] = (
            "exchange",
            sorted(item_ids),
            sorted(new_item_ids),
            payment_method_id,
            cents(difference),
        )

    def return_delivered_order_items(
        self, order: State, item_ids: list[str], payment_method_id: str
    ) -> None:
        """A return is asked for."""
        order["back"] = ("refund", sorted(item_ids), [], payment_method_id, cents(0))

    def state(self) -> State:
        """All users and orders held, as `database.user_state` shows them."""
        found: State = {}
        for number, order in self.orders.items():
            found[number] = {
                "status": order["status"],
                "reason": order.get("reason"),
                "address": in_one_line(order["address"]),
                "back": order.get("back"),
                "items": sorted((one["item_id"], cents(one["price"])) for one in order["items"]),
                "payments": Counter(
                    (one["transaction_type"], cents(one["amount"]), one["payment_method_id"])
                    for one in order["payment_history"]
                    if one["amount"]
                ),
            }
        for user, known in self.users.items():
            methods = known["payment_methods"].items()
            balances = {key: cents(one["balance"]) for key, one in methods if "balance" in one}
            found[user] = {"balances": balances, "address": in_one_line(known["address"])}
        return found


# What each of them must be told, beside whose it is.
NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "cancel_pending_order": frozenset({"reason"}),
    "modify_pending_order_payment": frozenset({"payment_method_id"}),
    "modify_pending_order_items": frozenset({"item_ids", "new_item_ids", "payment_method_id"}),
    "exchange_delivered_order_items": frozenset({"item_ids", "new_item_ids", "payment_method_id"}),
    "return_delivered_order_items": frozenset({"item_ids", "payment_method_id"}),
    "modify_pending_order_address": frozenset(PLACES) - {"address2"},
    "modify_user_address": frozenset(PLACES) - {"address2"},
}
WRITES: Final = frozenset(NEEDS)


def actions_of(task: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The actions that change something, in their order; generated and hand-made tasks alike."""
    listed = task.get("actions") or (task.get("evaluation_criteria") or {}).get("actions") or []
    return [(one["name"], one["arguments"]) for one in listed if one["name"] in WRITES]


def check_task(where: str, task: Mapping[str, Any], db: Mapping[str, Any]) -> None:
    """Whether a task's actions can be done in the shop. Raises BadAgenda with path and field."""
    criteria = task.get("evaluation_criteria")
    path = f"{where}.evaluation_criteria.actions" if criteria is not None else f"{where}.actions"
    listed = task.get("actions") if criteria is None else criteria.get("actions") or []
    if not isinstance(listed, list):
        raise BadAgenda(f"{path} is missing or no list")
    for place, one in enumerate(listed):
        if not isinstance(one, dict) or not isinstance(one.get("name"), str):
            raise BadAgenda(f"{path}[{place}].name is missing or no text")
        arguments = one.get("arguments")
        if not isinstance(arguments, dict):
            raise BadAgenda(f"{path}[{place}].arguments is missing or no object")
        if one["name"] not in WRITES:
            continue
        needs, holds = ("user_id", "users") if "user" in one["name"] else ("order_id", "orders")
        if arguments.get(needs) not in db[holds]:
            raise BadAgenda(f"{path}[{place}].arguments.{needs} names nothing of the shop's")
        if lost := sorted(NEEDS[one["name"]] - arguments.keys()):
            raise BadAgenda(f"{path}[{place}].arguments.{lost[0]} is missing")


def strings_of(task: Mapping[str, Any]) -> tuple[str, ...]:
    """What the shopper must be told, of a generated or a hand-made task."""
    criteria = task.get("evaluation_criteria") or {}
    return tuple(map(str, task.get("outputs") or criteria.get("communicate_info") or ()))


def were_said(strings: Iterable[str], text: str) -> bool:
    """Whether each string was said, as the benchmark counts it: case and commas do not matter."""
    plain = text.lower().replace(",", "")
    return all(one.lower().replace(",", "") in plain for one in strings)
