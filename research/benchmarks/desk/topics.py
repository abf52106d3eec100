"""How well tickets' topics are told apart, on wordings that training has not seen.

Bitext is made from templates, so a random split says nothing. Here texts are grouped by template
(the words that remain when names, numbers and the phrases around a request are gone; misspelt
texts go with the template they are nearest to) and the templates, not the texts, are halved.
Banking77's intents are grouped into teams below; training has ten texts per intent.
"""

import csv
import gzip
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from desk.tickets.topics import TopicModel, train_topics
from encoders.shared import Encoders

CARRIER_WORDS: Final = (
    "a an and any am are be been by can could d did do does for from get give go got have having "
    "help how i i'd i'm i've if in is it its ll me my need of on or please possible s some t that "
    "the there this to us want wanna was we what when where whether will with would you your ya u "
    "assistance know like able try trying make made let see about more information info question "
    "questions problem problems issue issues don't dont doesn't cannot can't aint ain't not no "
    "hi hello hey ok okay one someone somebody tell show ask way ways has m re ve don which who "
    "must should shall may might into at as so but trouble wondering checking check"
)
CARRIER: Final = frozenset(CARRIER_WORDS.split())
_WORD: Final = re.compile(r"[a-z']+|\{\w+\}")

TEAMS: Final[dict[str, tuple[str, ...]]] = {
    "cards": (
        "activate_my_card",
        "card_about_to_expire",
        "card_acceptance",
        "card_arrival",
        "card_delivery_estimate",
        "card_linking",
        "card_not_working",
        "card_swallowed",
        "contactless_not_working",
        "disposable_card_limits",
        "get_disposable_virtual_card",
        "get_physical_card",
        "getting_spare_card",
        "getting_virtual_card",
        "order_physical_card",
        "supported_cards_and_currencies",
        "virtual_card_not_working",
        "visa_or_mastercard",
        "apple_pay_or_google_pay",
    ),
    "security": (
        "compromised_card",
        "lost_or_stolen_card",
        "lost_or_stolen_phone",
        "passcode_forgotten",
        "pin_blocked",
        "change_pin",
        "card_payment_not_recognised",
        "cash_withdrawal_not_recognised",
        "direct_debit_payment_not_recognised",
    ),
    "identity_and_account": (
        "age_limit",
        "country_support",
        "edit_personal_details",
        "terminate_account",
        "unable_to_verify_identity",
        "verify_my_identity",
        "verify_source_of_funds",
        "why_verify_identity",
    ),
    "top_ups": (
        "automatic_top_up",
        "pending_top_up",
        "top_up_by_bank_transfer_charge",
        "top_up_by_card_charge",
        "top_up_by_cash_or_cheque",
        "top_up_failed",
        "top_up_limits",
        "top_up_reverted",
        "topping_up_by_card",
        "verify_top_up",
    ),
    "transfers": (
        "balance_not_updated_after_bank_transfer",
        "balance_not_updated_after_cheque_or_cash_deposit",
        "beneficiary_not_allowed",
        "cancel_transfer",
        "declined_transfer",
        "failed_transfer",
        "pending_transfer",
        "receiving_money",
        "transfer_fee_charged",
        "transfer_into_account",
        "transfer_not_received_by_recipient",
        "transfer_timing",
    ),
    # One team for what a payment, a withdrawal or an exchange cost and whether it went through.
    "payments_and_cash": (
        "Refund_not_showing_up",
        "card_payment_fee_charged",
        "card_payment_wrong_exchange_rate",
        "declined_card_payment",
        "extra_charge_on_statement",
        "pending_card_payment",
        "request_refund",
        "reverted_card_payment?",
        "transaction_charged_twice",
        "atm_support",
        "cash_withdrawal_charge",
        "declined_cash_withdrawal",
        "pending_cash_withdrawal",
        "wrong_amount_of_cash_received",
        "wrong_exchange_rate_for_cash_withdrawal",
        "exchange_charge",
        "exchange_rate",
        "exchange_via_app",
        "fiat_currency_support",
    ),
}


@dataclass(frozen=True)
class Split:
    """Texts with wishes and topics on the training side, topics on the other; groups."""

    texts: list[str]
    wishes: list[str]
    topics: dict[str, str]
    groups: list[str]
    test_texts: list[str]
    test_topics: list[str]


def bitext_by_template(path: Path) -> Split:
    """Templates of each intent in turn to training and to test, after a shuffle with a seed."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    keys = template_keys(rows)
    by_intent: dict[str, list[str]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        if key not in by_intent[row["intent"]]:
            by_intent[row["intent"]].append(key)
    random = np.random.default_rng(7)
    for_training: set[str] = set()
    for intent in sorted(by_intent):
        shuffled = random.permutation(sorted(by_intent[intent]))
        for_training.update(shuffled[::2].tolist())
    sides: tuple[list[int], list[int]] = ([], [])
    for place, key in enumerate(keys):
        sides[key not in for_training].append(place)
    return Split(
        [rows[i]["text"] for i in sides[0]],
        [rows[i]["intent"] for i in sides[0]],
        {row["intent"]: row["category"] for row in rows},
        [keys[i] for i in sides[0]],
        [rows[i]["text"] for i in sides[1]],
        [rows[i]["category"] for i in sides[1]],
    )


def template_keys(rows: list[dict[str, Any]]) -> list[str]:
    """The template behind each text; a misspelt text gets its nearest neighbour's."""
    keys = [f"{row['intent']}:{' '.join(content(row))}" for row in rows]
    clean: dict[str, list[str]] = defaultdict(list)
    for row, key in zip(rows, keys, strict=True):
        if "Z" not in row["tags"]:
            clean[row["intent"]].append(key)
    known = {intent: sorted(set(found)) for intent, found in clean.items()}
    return [
        key if "Z" not in row["tags"] else nearest(key, known[row["intent"]])
        for row, key in zip(rows, keys, strict=True)
    ]


def content(row: dict[str, Any]) -> list[str]:
    """The words of a text that carry its request, cut to their stems, names and numbers masked."""
    text = row["text"]
    for entity in sorted(row["entities"], key=lambda one: -one["start"]):
        text = text[: entity["start"]] + f" {{{entity['entity']}}} " + text[entity["end"] :]
    words = (word.strip("'") for word in _WORD.findall(text.lower()))
    return sorted({word[:5] for word in words if word not in CARRIER and word})


def nearest(key: str, known: list[str]) -> str:
    """The known key that shares most three-letter runs with `key`."""
    runs = {key[i : i + 3] for i in range(len(key) - 2)}

    def likeness(other: str) -> float:
        theirs = {other[i : i + 3] for i in range(len(other) - 2)}
        return len(runs & theirs) / len(runs | theirs)

    return max(known, key=likeness)


def banking_teams(folder: Path) -> Split:
    """Ten training texts per intent, the official test set; intents grouped into teams."""
    team_of = {intent: team for team, intents in TEAMS.items() for intent in intents}
    train = read_rows(folder / "fewshot_train_10.csv")
    test = read_rows(folder / "test.csv")
    return Split(
        [text for text, _ in train],
        [intent for _, intent in train],
        team_of,
        [str(place) for place in range(len(train))],
        [text for text, _ in test],
        [team_of[intent] for _, intent in test],
    )


def read_rows(path: Path) -> list[tuple[str, str]]:
    """Text and intent of every row."""
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["intent"]) for row in csv.DictReader(file)]


def measure(split: Split, encoders: Encoders) -> dict[str, float]:
    """Train on one side, measure on the other."""
    from sklearn.metrics import accuracy_score, f1_score

    vectors = encoders.encode(split.texts, "en")
    model: TopicModel = train_topics(
        split.texts, split.wishes, vectors, topics=split.topics, groups=split.groups
    )
    probability = model.probabilities(split.test_texts, encoders.encode(split.test_texts, "en"))
    order = probability.argsort(axis=1)[:, ::-1]
    truth = np.array([model.labels.index(topic) for topic in split.test_topics])
    guess = order[:, 0]
    return {
        "train": float(len(split.texts)),
        "test": float(len(split.test_texts)),
        "topics": float(len(model.labels)),
        "accuracy": float(accuracy_score(truth, guess)),
        "macro_f1": float(f1_score(truth, guess, average="macro")),
        "top_2": float((order[:, :2] == truth[:, None]).any(axis=1).mean()),
        "calibration_error": calibration_error(probability.max(axis=1), guess == truth),
    }


def calibration_error(confidence: Any, is_right: Any, bins: int = 10) -> float:
    """Expected calibration error over equally wide bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for one in range(bins):
        inside = place == one
        if inside.any():
            gap = abs(confidence[inside].mean() - is_right[inside].mean())
            total += float(inside.mean() * gap)
    return total
