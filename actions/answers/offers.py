"""Promotions and codes that run, and whether there is one of the kind that is asked for."""

from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.orm import Session

from actions.answers.articles import say_hits, search
from actions.browsing.asked import patterns, says
from actions.browsing.hearing import hear
from actions.chat import Chat
from actions.wording import Words
from insights.profiles import read_profile
from kit.i18n import format_discount
from kit.phrases import spoken
from shop.promotions import CouponCheck, active_coupons, active_promotions

# Kinds that the shop's own data tells apart, by their way of asking in asked.yml.
KINDS: Final = {"offers_minimum": "minimum", "offers_newcomers": "newcomers"}
# A list that was shown so many turns ago is still before the shopper's eyes.
IN_SIGHT: Final = 4


@dataclass(frozen=True)
class Offer:
    """A promotion or a code as a line, what kinds it is of, and the category it is for."""

    row: str
    kinds: frozenset[str] = field(default_factory=frozenset)
    category: str | None = None


def offers(chat: Chat) -> list[Offer]:
    """Everything that runs now; what suits a signed-in customer first, with the reason why."""
    words = chat.words
    with chat.services.database.reading() as session:
        now = active_promotions(session, chat.turn.now)
        coupons = active_coupons(session, chat.turn.now)
        liked = _liked(session, chat)
    found = [
        Offer(
            words.text(
                "promotion_row", name=one.name(chat.turn.language), day=words.day(one.ends_at)
            ),
            category=one.category,
        )
        for one in now
    ]
    found += [_offer(words, one) for one in coupons]
    suits = [
        _with_reason(words, one, liked[one.category]) for one in found if one.category in liked
    ]
    return [*suits, *(one for one in found if one.category not in liked)]


def _liked(session: Session, chat: Chat) -> dict[str | None, str]:
    """Categories that the customer's profile knows, with the way of telling from what it knows."""
    profile = None if chat.signed_in is None else read_profile(session, chat.signed_in)
    if profile is None:
        return {}
    return {
        one["category"]: "offer.bought" if one["bought"] else "offer.looked"
        for one in profile.categories
    }


def _with_reason(words: Words, offer: Offer, way: str) -> Offer:
    """The line with why it comes first; everybody gets the same offers at the same worth."""
    category = words.text(f"category.{offer.category}")
    return replace(offer, row=offer.row + words.text(way, category=category))


def _offer(words: Words, coupon: CouponCheck) -> Offer:
    kinds = {"minimum"} if coupon.minimum is not None else set()
    if coupon.first_order_only:
        kinds = {"newcomers"}  # who asks for "spend and save" is told what everybody gets
    return Offer(coupon_row(words, coupon), frozenset(kinds), coupon.category)


def running(chat: Chat) -> str:
    """Promotions and codes that run now, one a line; empty without any."""
    return "\n".join(one.row for one in offers(chat))


def coupon_row(words: Words, coupon: CouponCheck) -> str:
    """A code with what it gives and for what."""
    worth = format_discount(coupon.share, words.language) if coupon.share is not None else ""
    if coupon.amount is not None:
        worth = words.text("coupon.amount", amount=words.money(coupon.amount))
    conditions = []
    if coupon.minimum is not None:
        conditions.append(words.text("coupon.minimum", amount=words.money(coupon.minimum)))
    if coupon.first_order_only:
        conditions.append(words.text("coupon.first_order"))
    if coupon.category is not None:
        conditions.append(
            words.text("coupon.category", category=words.text(f"category.{coupon.category}"))
        )
    detail = words.text("comma").join(conditions)
    return words.text(
        "coupon_row",
        code=coupon.code,
        worth=worth,
        detail=words.in_brackets(detail),
        day=words.day(coupon.ends_at),
    )


def say_offers(chat: Chat) -> None:
    """Whether there is an offer of the kind asked for, then what runs, unless it was just shown."""
    found = offers(chat)
    if not found:
        chat.say("utter_no_promotions")
    elif not _told_of_kind(chat, found):
        _say_list(chat, found)
    chat.did("promotions")


def asks_of_offers(text: str) -> bool:
    """Whether a kind of offer is named: "and for first orders?" after the list of them."""
    return any(says(way, text) for way in (*KINDS, "offers_for_some"))


def _told_of_kind(chat: Chat, found: list[Offer]) -> bool:
    """Whether the kind asked for was all there is to say; a no goes before what does run."""
    kind = next((name for way, name in KINDS.items() if says(way, chat.turn.text)), None)
    category = chat.turn.first("category") or _shelf_shown(chat)
    if kind is not None or category is not None:
        fit = [
            one.row
            for one in found
            if (kind is None or kind in one.kinds) and one.category in {None, category}
        ]
        if fit:
            codes = kind is not None
            response = "utter_codes_of_kind" if codes else "utter_promotions_of_kind"
            chat.say(response, rows="\n".join(fit))
            return True
        chat.say("utter_no_promotions_of_kind")
        return False
    found_whom = patterns()[1]["offers_for_some"].search(chat.turn.text)
    for_whom = "" if found_whom is None else found_whom.group().strip()
    if for_whom and not _article_tells(chat, for_whom):
        chat.say("utter_no_promotions_for", what=for_whom)
    return False


def _shelf_shown(chat: Chat) -> str | None:
    """ "Any discount on those?": the shelf of what is listed, where all are of one."""
    if not _OF_THOSE.search(chat.turn.text) or chat.state.last.did not in {
        "products_listed",
        "comparison",
    }:
        return None
    shelves = {one.category for one in hear(chat).shown}
    return next(iter(shelves)) if len(shelves) == 1 else None


_OF_THOSE: Final = spoken("answers", "offers.of_those")


def _article_tells(chat: Chat, named: str) -> bool:
    """Whether an article knows of the students or the sales days that were named, and said so."""
    hits = search(chat, "promotions")
    if not hits or not hits[0].is_confident or hits[0].article.topic != "promotions":
        return False
    if not _same_named(named, hits[0].said):
        return False
    say_hits(chat, hits)
    return True


def _same_named(named: str, said: str) -> bool:
    """Whether a sentence speaks of whom or of which day was named, whatever its ending."""
    return named.lower().rstrip("s") in said.lower()


def _say_list(chat: Chat, found: list[Offer]) -> None:
    rows, notes = "\n".join(one.row for one in found), chat.state.notes
    turn, told = notes.get("offers_told") or (0, "")
    if told == rows and chat.state.turn - turn <= IN_SIGHT:
        chat.say("utter_promotions_listed")
        return
    notes["offers_told"] = [chat.state.turn, rows]
    chat.say("utter_promotions", rows=rows)
