"""Several items of one order, each with the variant that takes its place."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.item_words import (
    Piece,
    described,
    means_all_items,
    means_several,
    pieces,
    price_compared,
)
from actions.tasks.line_slots import beside_the_order, variants_of
from actions.tasks.order_slots import mentions_line, order_of
from actions.tasks.registry import SlotKind
from actions.tasks.swap_words import asks_for_list, by_number, like_own, surfaces
from catalogue_search.wished import Wished, all_meeting, wished
from dialogue.polarity import read_polarity
from dialogue.state import Frame, Option
from kit.money import Money
from kit.phrases import spoken
from shop.views import LineView, VariantView

MOST_SHOWN: Final = 8
MOST_KEPT: Final = 6  # messages whose words may tell what is wanted before the order is known


_DROPS: Final = spoken("tasks", "swap_slots.drops")
_ONLY: Final = re.compile(r"\b(?:just|only)\b|只", re.IGNORECASE)


class SwapsSlot(SlotKind):
    """Lines of the order, each with the variant that is wanted for it.

    A dict by line id, as text: `variant` (its id; None while it is not clear), `said` (the words on
    it so far, kept while it is not clear); `told` where it was said what lacks, `offered` what was
    shown to choose from when the words were `heard`, `lists` where all there are were asked for.
    """

    name = "swaps"
    clears = ("more",)

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The items with what was known and what the message adds; None where it says nothing."""
        if chat.signed_in is None or not frame.slots.get("order"):
            return None
        if chat.turn.is_button:
            value = chat.turn.first("value") if chat.asked_for("swaps") else None
            return None if value is None else self._picked(chat, frame, value)
        if not chat.turn.text or chat.asked_for("code"):
            return None
        return _told(chat, frame, chat.said or chat.turn.text, swaps_of(frame))

    def chosen(self, value: str) -> Any:
        """An option's value is put in its place by `taken`."""
        return value

    def taken(self, chat: Chat, frame: Frame, value: Any) -> Any:
        """A picked option as the slot keeps it."""
        return self._picked(chat, frame, value) if isinstance(value, str) else value

    def _picked(self, chat: Chat, frame: Frame, value: str) -> dict[str, Any]:
        line, _, variant = value.partition(":")
        known = swaps_of(frame)
        if variant:
            return {**known, line: {"variant": int(variant), "said": []}}
        loose = frame.slots.get("_loose") or []
        entry = known.get(line) or {"variant": None, "said": list(loose)}
        return _with(chat, frame, known, line, entry)

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Every item with its variant: what is not clear is asked, an item at a time."""
        order = order_of(chat, frame)
        early = frame.slots.pop("_said", None) or ()
        if early:
            frame.slots["_words"] = list(early)
        for text in early:
            told = _told(chat, frame, text, swaps_of(frame), early=True)
            if told is not None:
                frame.put("swaps", told)
        ids = {str(line.line_id) for line in order.lines}
        swaps = {key: entry for key, entry in swaps_of(frame).items() if key in ids}
        if not swaps and len(order.lines) == 1:
            swaps = self._picked(chat, frame, str(order.lines[0].line_id))
            frame.put("swaps", swaps)
        if not swaps:
            self._ask_item(chat, frame, order.lines, step)
        for key, entry in swaps.items():
            if entry.get("rivals"):
                rivals = [one for one in order.lines if one.line_id in entry["rivals"]]
                frame.put("_loose", entry["said"])
                self._ask_item(chat, frame, rivals, step)
            if entry["variant"] is None:
                line = next(one for one in order.lines if str(one.line_id) == key)
                self._settle_variant(chat, frame, line, entry)
        self._say_instead(chat, frame)

    def _ask_item(self, chat: Chat, frame: Frame, lines: Sequence[LineView], step: Step) -> None:
        options = [Option(str(line.line_id), chat.words.line(line)) for line in lines]
        chat.ask(
            "choose",
            "swaps",
            step.option("ask", "utter_ask_which_item"),
            options=options,
            number=frame.slots["order"],
            told="lines",
        )

    def _settle_variant(
        self, chat: Chat, frame: Frame, line: LineView, entry: Mapping[str, Any]
    ) -> None:
        """The one most like the item, where the shopper was shown several and told them apart no
        further; else which is asked."""
        wish = _wish(chat, ". ".join(entry["said"]), line, variants_of(chat, line))
        fits, key = [int(one.variant_id) for one in wish.fits], str(line.line_id)
        if fits and entry.get("offered") == fits and entry.get("heard") != entry["said"]:
            frame.slots["swaps"][key] = {"variant": fits[0], "said": []}
            _note(frame, response="utter_nearest_taken", product=line.name(chat.turn.language))
            return
        frame.slots["swaps"][key] = {**entry, "offered": fits, "heard": list(entry["said"])}
        self._ask_variant(chat, frame, line, frame.slots["swaps"][key], wish)

    def _ask_variant(
        self, chat: Chat, frame: Frame, line: LineView, entry: Mapping[str, Any], wish: Wished
    ) -> None:
        """Which one instead? What lacks of the words so far is said first."""
        variants = variants_of(chat, line)
        name = line.name(chat.turn.language)
        if wish.lacks and not entry.get("told"):
            there = [replace(one, stock=max(one.stock, 1)) for one in variants]
            exists = _wish(chat, ". ".join(entry["said"]), line, there).chosen
            if exists is not None:
                chat.say("utter_variant_sold_out_of", new=chat.words.variant(exists), product=name)
            else:
                chat.say(
                    "utter_variant_not_made", product=name, wish=", ".join(filter(None, wish.lacks))
                )
            entry = frame.slots["swaps"][str(line.line_id)] = {**entry, "told": True}
        fits = list(wish.fits or wish.near)
        if entry.get("lists"):
            text = ". ".join(entry["said"])
            fits = (
                all_meeting(text, variants, line, name=line.names.together, surfaces=surfaces(chat))
                or fits
            )
            rows = "\n".join(f"• {_priced(chat, one, line)}" for one in fits[:MOST_SHOWN])
            chat.say("utter_variants_there", product=name, rows=rows)
            frame.slots["swaps"][str(line.line_id)] = {**entry, "lists": False}
        if not fits:
            frame.slots["swaps"].pop(str(line.line_id))
            chat.finish("utter_no_other_variant", [chat.words.person()], product=name)
        options = [
            Option(f"{line.line_id}:{one.variant_id}", self._titled(chat, one, line))
            for one in fits[:MOST_SHOWN]
        ]
        frame.put("_asked_line", line.line_id, "shop")
        chat.ask(
            "choose",
            "swaps",
            "utter_ask_variant",
            options=options,
            product=name,
            key=str(swaps_of(frame)),
            told="variant",
        )

    def _titled(self, chat: Chat, one: VariantView, line: LineView) -> str:
        if one.price.amount == line.unit_price.amount:
            return chat.words.variant(one) or line.name(chat.turn.language)
        return _priced(chat, one, line)

    def _say_instead(self, chat: Chat, frame: Frame) -> None:
        """That something else was taken, as was said, where the first wish cannot be met; and what
        stays as it is because nothing of it can."""
        for note in frame.slots.pop("_notes", None) or ():
            chat.say(note.pop("response"), **note)
        if not swaps_of(frame):
            chat.did("refused", frame.intent, str(frame.slots["order"]))
            chat.finish("utter_nothing_changed")


def _priced(chat: Chat, one: VariantView, line: LineView) -> str:
    title = chat.words.variant(one) or line.name(chat.turn.language)
    return chat.words.text("variant_at", variant=title, price=chat.words.money(one.price))


def swaps_of(frame: Frame) -> dict[str, dict[str, Any]]:
    """The items known so far."""
    return dict(frame.slots.get("swaps") or {})


def _told(
    chat: Chat, frame: Frame, text: str, known: dict[str, dict[str, Any]], *, early: bool = False
) -> dict[str, dict[str, Any]] | None:
    """What is known of items with what a text adds; None where it speaks of none."""
    lines = order_of(chat, frame).lines
    if pieces(rest := beside_the_order(text), lines):
        text = rest  # "I ordered a hat and a shirt, the shirt is too small"
    said = pieces(text, lines) or _by_family(chat, text, lines) or _of_all(chat, text, lines)
    named = {line.product_id for piece in said for line in piece.lines}
    said += [one for one in by_number(chat, text, lines) if one.lines[0].product_id not in named]
    asked = frame.slots.get("_asked_line") if chat.asked_for("swaps") else None
    if not said:
        return _told_unnamed(chat, frame, text, known, asked, early=early)
    result = _without_others(text, said, known)
    for piece in said:
        if str(piece.lines[0].line_id) in known and _DROPS.search(piece.text[: piece.name_end]):
            result.pop(str(piece.lines[0].line_id), None)
            continue
        meant = described(piece, [int(one) for one in known if known[one]["variant"] is not None])
        alike = {line.product_id for line in meant}
        held = [line for line in meant if str(line.line_id) in known]
        if asked is not None and any(line.line_id == asked for line in meant):
            meant = [line for line in meant if line.line_id == asked]
        elif len(meant) > 1 and len(held) == 1 and len(said) == 1:
            meant = held
        elif len(meant) > 1 and (len(alike) > 1 or not means_several(piece)):
            key = str(meant[0].line_id)
            result[key] = {
                "variant": None,
                "said": [piece.text],
                "rivals": [line.line_id for line in meant],
            }
            continue
        for line in meant:
            key = str(line.line_id)
            before = _before(result, line)
            entry = {**before, "said": [*before["said"], piece.text]}
            result = _with(chat, frame, result, key, entry)
    return result


def _without_others(
    text: str, said: Sequence[Piece], known: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """What is known, less what "just the lamp" leaves out."""
    named = {str(line.line_id) for piece in said for line in piece.lines}
    if known and named & known.keys() and _ONLY.search(text):
        return {key: entry for key, entry in known.items() if key in named}
    return dict(known)


def _before(swaps: dict[str, dict[str, Any]], line: LineView) -> Mapping[str, Any]:
    """What is known of a line; also what was said while it was not clear which of several it is."""
    for key, entry in list(swaps.items()):
        if line.line_id in (entry.get("rivals") or ()):
            return swaps.pop(key)
    return swaps.get(str(line.line_id)) or {"variant": None, "said": []}


def _by_family(chat: Chat, text: str, lines: Sequence[LineView]) -> list[Piece]:
    """ "The shoes" are boots, too: words of a family, where one product of the order is of it."""
    if chat.turn.text != text:
        return []
    named = mentions_line(chat, lines)
    return [Piece(tuple(named), text)] if len({line.product_id for line in named}) == 1 else []


def _of_all(chat: Chat, text: str, lines: Sequence[LineView]) -> list[Piece]:
    """ "All items to the cheapest version": those that can be had otherwise, as the words say, and
    none that would cost more then."""
    if not means_all_items(text):
        return []
    saves = price_compared(text) == "cheaper"
    wishes = [(line, _wish(chat, text, line, variants_of(chat, line)).chosen) for line in lines]
    return [
        Piece((line,), text)
        for line, new in wishes
        if new is not None
        and new.variant_id != line.variant_id
        and not (saves and line.unit_price <= new.price)
    ]


def _told_unnamed(
    chat: Chat,
    frame: Frame,
    text: str,
    known: dict[str, dict[str, Any]],
    asked: int | None,
    *,
    early: bool,
) -> dict[str, dict[str, Any]] | None:
    """Words that name no item: of the one asked about, of the only one, or of one to come."""
    lines = order_of(chat, frame).lines
    open_ones = [key for key, entry in known.items() if entry["variant"] is None]
    only = str(lines[0].line_id) if len(lines) == 1 else None
    key = str(asked) if asked is not None else None
    key = key or (open_ones[0] if len(open_ones) == 1 else None) or only
    if key is None and len(known) == 1 and not early:
        key = next(iter(known))
    key = key or _lacking(chat, lines, text, known)
    line = next((one for one in lines if str(one.line_id) == key), None)
    if key is None or line is None or (key in known and known[key].get("rivals")):
        if early or not known:
            loose = [one for one in frame.slots.get("_loose") or () if one != text]
            frame.put("_loose", [*loose, text][-MOST_KEPT:], "said")
        return None
    before = known.get(key) or {"variant": None, "said": []}
    base = _base(chat, line, before)
    wish = _wish(chat, text, line, variants_of(chat, line), base)
    polarity = read_polarity(text, chat.turn.language)
    decisive = asked is not None or early or (key == only and key not in known)
    if not wish.says or (not decisive and (wish.chosen is None or polarity.kind in {"yes", "no"})):
        return None
    if not decisive and wish.chosen is not None and wish.chosen.variant_id == base.variant_id:
        return None
    return _with(chat, frame, dict(known), key, {**before, "said": [*before["said"], text]})


def _lacking(
    chat: Chat, lines: Sequence[LineView], text: str, known: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """The one item whose new variant is not yet what words without its name ask for."""
    found = []
    for line in lines:
        entry = known.get(str(line.line_id))
        if entry is not None and entry["variant"] is not None:
            wish = _wish(chat, text, line, variants_of(chat, line), _base(chat, line, entry))
            if wish.chosen is not None and wish.chosen.variant_id != entry["variant"]:
                found.append(str(line.line_id))
    return found[0] if len(found) == 1 else None


def _with(
    chat: Chat,
    frame: Frame,
    swaps: dict[str, dict[str, Any]],
    key: str,
    entry: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """The items with one more or another wish for one; without it where it shall stay as it is."""
    line = next(one for one in order_of(chat, frame).lines if str(one.line_id) == key)
    texts = [one for one in entry["said"] if one]
    base, variants = _base(chat, line, entry), variants_of(chat, line)
    wish = Wished()
    if len(texts) > 1 and entry["variant"] is None:
        wish = _wish(chat, ". ".join(texts), line, variants, base)
    if texts and wish.chosen is None:
        latest = _wish(chat, texts[-1], line, variants, base)
        is_better = latest.leaves or latest.chosen is not None or not wish.fits
        wish = latest if is_better else wish
    name = line.name(chat.turn.language)
    if texts and asks_for_list(texts[-1]):
        asked = {"variant": None, "said": texts[-MOST_KEPT:], "lists": True}
        return {**swaps, key: asked}
    if wish.leaves:
        if key in swaps or any(wish.lacks):
            _note(frame, response="utter_item_stays", product=name)
        return {one: kept for one, kept in swaps.items() if one != key}
    if wish.chosen is not None:
        if any(wish.lacks):
            lacks = ", ".join(filter(None, wish.lacks))
            _note(frame, response="utter_second_choice", wish=lacks, product=name)
        return {**swaps, key: {"variant": int(wish.chosen.variant_id), "said": []}}
    if not wish.says and entry["variant"] is not None:
        return {**swaps, key: {"variant": entry["variant"], "said": []}}
    variant = None if wish.says else entry["variant"]
    told = {one: entry[one] for one in ("told", "offered", "heard") if one in entry}
    said = list(dict.fromkeys(texts))[-MOST_KEPT:]
    return {**swaps, key: {**told, "variant": variant, "said": said}}


def _note(frame: Frame, **note: str) -> None:
    """Something to be said once with the next question."""
    notes = [one for one in frame.slots.get("_notes") or () if one != note]
    frame.put("_notes", [*notes, note][-2:], "shop")


def _base(chat: Chat, line: LineView, entry: Mapping[str, Any]) -> LineView | VariantView:
    """What stays as it is where it is not named: the variant chosen so far, else the line's."""
    chosen = entry.get("variant")
    if chosen is None:
        return line
    return next((one for one in variants_of(chat, line) if one.variant_id == chosen), line)


def _wish(
    chat: Chat,
    text: str,
    line: LineView,
    variants: Sequence[VariantView],
    base: LineView | VariantView | None = None,
) -> Wished:
    base = base or line
    if (like := like_own(chat, text, line, variants)) is not None:
        return like
    found = wished(text, variants, base, name=line.names.together, surfaces=surfaces(chat))
    if base is line or found.chosen is not None:
        return found
    return (
        wished(text, variants, line, name=line.names.together, surfaces=surfaces(chat))
        if found.says
        else found
    )


def chosen_swaps(chat: Chat, frame: Frame) -> list[tuple[LineView, VariantView]]:
    """Lines with what takes their place, past `need: swaps`, in the order's own order."""
    swaps = swaps_of(frame)
    found = []
    for line in order_of(chat, frame).lines:
        entry = swaps.get(str(line.line_id))
        if entry is not None and entry["variant"] is not None:
            variants = variants_of(chat, line)
            found.append((line, next(v for v in variants if v.variant_id == entry["variant"])))
    return found


def difference_of(chat: Chat, frame: Frame) -> Money:
    """What the swaps cost more; below zero what they cost less, never more than was paid."""
    order = order_of(chat, frame)
    difference = sum(
        (
            (new.price.amount - old.unit_price.amount) * old.quantity
            for old, new in chosen_swaps(chat, frame)
        ),
        start=Decimal(0),
    )
    return Money(max(difference, -order.total.amount), order.total.currency)
