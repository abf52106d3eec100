"""Promotions and coupons."""

from actions.base import REGISTER, Action
from actions.identity import verified_customer
from actions.services import Services
from actions.turn import Talk, Turn
from actions.wording import Words
from kit.i18n import format_percent
from shop.promotions import CouponCheck, active_coupons, active_promotions, check_coupon


class Promotions(Action):
    """What is reduced now."""

    name = "action_promotions"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Running promotions and codes, with their last day."""
        words = Words(turn, services)
        with services.database.reading() as session:
            running = active_promotions(session, turn.now)
            coupons = active_coupons(session, turn.now)
        rows = [
            words.text("promotion_row", name=p.name(turn.language), day=words.day(p.ends_at))
            for p in running
        ]
        rows += [coupon_row(words, coupon) for coupon in coupons]
        if rows:
            talk.say("utter_promotions", rows="\n".join(rows))
        else:
            talk.say("utter_no_promotions")


def coupon_row(words: Words, coupon: CouponCheck) -> str:
    """A code with what it gives and for what."""
    worth = format_percent(coupon.share, words.language) if coupon.share is not None else ""
    if coupon.amount is not None:
        worth = words.money(coupon.amount)
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
        detail=f" ({detail})" if detail else "",
        day=words.day(coupon.ends_at),
    )


class Coupon(Action):
    """Does this code work?"""

    name = "action_coupon"

    def run(self, turn: Turn, talk: Talk, services: Services) -> None:
        """Check the code that was named; without one, show the codes there are."""
        words = Words(turn, services)
        code = turn.first("coupon")
        if code is None:
            REGISTER[Promotions.name].run(turn, talk, services)
            return
        with services.database.reading() as session:
            check = check_coupon(
                session, code, customer_id=verified_customer(turn, services), now=turn.now
            )
        if check.valid:
            talk.say("utter_coupon_valid", row=coupon_row(words, check))
        else:
            talk.say(f"utter_coupon_{check.refusal}", code=check.code, day=words.day(check.ends_at))
