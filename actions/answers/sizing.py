"""Which size to take, and how a product fits."""

import re
from dataclasses import replace
from typing import Any, Final

from actions.answers import ANSWERS, answers
from actions.browsing.asked import says
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, meant, spoken_of
from actions.browsing.phrases import phrases_of
from actions.browsing.showing import keep_kinds, remember
from actions.chat import Chat
from actions.turn import Button
from catalogue_search.advice import SizeAdvice, fit_bias, size_advice
from catalogue_search.body import Body, read_body
from catalogue_search.facts import facts_of
from catalogue_search.query import Constraint, Query
from catalogue_search.search import search
from dialogue.acts import Act
from dialogue.polarity import read_polarity
from shop.catalogue import get_product, get_products
from shop.fit import fit_returns
from shop.views import ProductView

_HEIGHT: Final = re.compile(r"(?<!\d)(?:1[4-9]\d|20\d)(?!\d)")
MOST_REASONS: Final = 4


@answers("ask_size_advice")
def advise_size(chat: Chat, act: Act) -> None:
    """The size for the body that is told; how it fits; else what is needed to say."""
    heard = hear(chat)
    if _asks_for_goods(chat, heard):
        ANSWERS["search_product"](chat, act)
        return
    thing = spoken_of(chat)
    sizeless = thing is not None and not any(one.size for one in thing.variants)
    of_body = _HEIGHT.search(chat.turn.text) or not read_body(chat.turn.text).is_empty
    if thing is not None and sizeless and not of_body and says("dimensions", chat.turn.text):
        say_dimensions(chat, thing)
        return
    body = body_of(chat)
    if thing is None and body.is_empty and says("fit", chat.turn.text) and _say_fits(chat, heard):
        return
    product, kind = sized_product(chat, heard)
    if product is None or not any(one.size for one in product.variants):
        name = "" if product is None else kind or product.name(chat.turn.language)
        _without_sizes(chat, act, name, body)
        return
    if body.is_empty and says("fit", chat.turn.text):
        say_fit(chat, product)
        return
    say_size(chat, product, body, kind)


def _say_fits(chat: Chat, heard: Heard) -> bool:
    """How several things fit, those listed or the best known of a kind; False without any."""
    products = list(heard.shown[:MOST_FITS]) if not heard.kinds else []
    if heard.kinds:
        ids = search(Query(kinds=heard.query.kinds), heard.catalogue, limit=MOST_FITS).ids
        with chat.services.database.reading() as session:
            products = get_products(session, list(ids), now=chat.turn.now)
    rows = [said for one in products if (said := fit_sentence(chat, one))]
    if len(rows) <= 1:
        return False
    chat.say("utter_fact", fact="\n".join(rows))
    if heard.kinds:
        chat.state.search = Query(kinds=heard.query.kinds).to_json()
        chat.state.focus.kind = ""
    chat.did("product", "ask_size_advice")
    return True


MOST_FITS: Final = 4


def _asks_for_goods(chat: Chat, heard: Heard) -> bool:
    """ "Recommend trail shoes for wide feet, 110 at most" looks for shoes before their size."""
    wanted = any(one.attribute == "price" for one in heard.query.ranges)
    if any(one.attribute == "size" for one in heard.query.must):
        # "Trail shoes, wide feet, EU 44" tells the size, which is then not asked.
        wanted = wanted or not read_polarity(chat.turn.text, chat.turn.language).is_question
    return bool(heard.kinds) and wanted and not _HEIGHT.search(chat.turn.text)


def say_dimensions(chat: Chat, product: ProductView) -> None:
    """What it holds and weighs; how long and wide it is the shop does not tell."""
    phrases, held = phrases_of(chat.words, [product]), facts_of(product).quantities
    told = [phrases.quantity(name, held[name]) for name in _MEASURED if name in held]
    response = "utter_dimensions_known" if told else "utter_dimensions_unknown"
    chat.say(
        response,
        product=product.name(chat.turn.language),
        buttons=[chat.words.person()],
        facts=chat.words.text("comma").join(told),
    )
    remember(chat, [product])
    chat.did("product", "ask_product_details", product.slug)


_MEASURED: Final = ("volume", "persons", "weight")


def sizing_goes_on(chat: Chat) -> bool:
    """Whether the message says more of the body that a size was asked for, or asks whether the
    one that was advised will fit: 会不会太大."""
    if chat.state.last.intent != "ask_size_advice":
        return False
    return not read_body(chat.turn.text).is_empty or says("will_fit", chat.turn.text)


def _without_sizes(chat: Chat, act: Act, name: str, body: Body) -> None:
    """What has no sizes is chosen by an article, poles by length; what is not named is asked."""
    from actions.answers.articles import from_articles, say_hits, say_near, search

    hits = search(chat, "sizes", f"{chat.turn.text} {name}".strip())
    is_sure = bool(hits) and hits[0].is_confident
    if is_sure and hits[0].article.topic == "sizes" and (name or body.is_empty):
        say_hits(chat, hits)
        keep_kinds(chat, hear(chat).query)  # "show me some then" means those
    elif name and hits and hits[0].is_likely and hits[0].article.topic == "sizes":
        say_near(chat, hits[0].article, hits[0].said)  # "which backpack size at 1.72 m?"
    elif name and _chosen_by_article(chat, name):
        keep_kinds(chat, hear(chat).query)
    elif name:
        chat.say(
            "utter_fact_unknown",
            product=name,
            topic=chat.words.text("topic.size"),
            buttons=[chat.words.person()],
        )
        chat.did("product", "ask_size_advice")
    elif body.is_empty and not is_sure:
        from_articles(chat, act)
    else:
        chat.say("utter_size_of_what")
        chat.did("asked", "ask_size_advice")


def _chosen_by_article(chat: Chat, name: str) -> bool:
    """ "How do I choose the size of a backpack?": an article on how such things are chosen."""
    from actions.answers.articles import say_hits

    if not says("explain", chat.turn.text):
        return False
    text, language = f"{chat.turn.text} {name}", chat.turn.language
    hits = chat.services.knowledge.search(text, language, topic="products")
    if not hits or not hits[0].is_likely or hits[0].article.topic not in {"products", "sizes"}:
        return False
    say_hits(chat, hits[:1])
    return True


def names_sized(chat: Chat, heard: Heard) -> bool:
    """Whether it tells what a size was asked for: "for the Karst boots"."""
    last = chat.state.last
    waits = last.did == "asked" and last.intent == "ask_size_advice"
    return waits and bool(heard.named or heard.kinds)


def _only_roomier(chat: Chat) -> bool:
    """ "With a fleece under it?", "in thick socks?" ask on of the same thing, not of those."""
    told = read_body(chat.turn.text)
    only = Body(likes=told.likes, wears_thick_socks=told.wears_thick_socks)
    return sizing_goes_on(chat) and told == only


def sized_product(chat: Chat, heard: Heard) -> tuple[ProductView | None, str]:
    """The product meant; of a kind without one its best known, with the kind in words."""
    kept = chat.state.notes.get("sized")
    if _only_roomier(chat) and isinstance(kept, list):
        with chat.services.database.reading() as session:
            return get_product(session, str(kept[0]), now=chat.turn.now), str(kept[1])
    product = meant(chat, heard)
    if product is None:
        product = bought(chat)
    if product is None and not heard.kinds:
        product = spoken_of(chat)
    if product is not None and any(one.size for one in product.variants):
        return product, ""
    if product is not None and heard.in_focus and not heard.kinds:
        return product, ""  # a tent has no sizes: no other tent is meant
    kinds = heard.query.kinds
    if not kinds and heard.shown and chat.state.search:  # those that were just listed
        kinds = Query.from_json(chat.state.search).kinds
    with chat.services.database.reading() as session:
        if kinds:
            ids = search(Query(kinds=kinds), heard.catalogue, limit=1).ids
            listed = not heard.kinds and heard.shown  # "do they run small?" is asked of those
            views = list(heard.shown[:1]) if listed else []
            views = views or get_products(session, list(ids), now=chat.turn.now)
            held = Query.from_json(chat.state.search or {})
            if held.kinds != kinds:
                of_whom = tuple(one for one in heard.query.must if one.attribute == "gender")
                such = Query(kinds=kinds, must=of_whom)  # "in red?" means such things
                chat.state.search = such.to_json()
            chat.state.focus.kind = ""
            named = phrases_of(chat.words).kind(Query(kinds=kinds))
            return (views[0], named) if views else (None, "")
        if isinstance(kept, list):
            return get_product(session, str(kept[0]), now=chat.turn.now), str(kept[1])
        if product is None and tells_of_clothes(body_of(chat)):  # "183 and 79 kilos", and no more
            ids = search(_CLOTHES, heard.catalogue, limit=1).ids
            views = get_products(session, list(ids), now=chat.turn.now)
            return (views[0], chat.words.text("clothes")) if views else (None, "")
    return None, ""


# What letters on clothes mean in general is read off the best known shirt.
_CLOTHES: Final = Query(kinds=(Constraint("kind", "is", ("shirt",)),))


def tells_of_clothes(body: Body) -> bool:
    """Whether a body is told of which clothes, and not shoes or gloves, go by."""
    own = body.weight_kg is not None or body.chest_cm is not None
    return own and body.foot_cm is None


def body_of(chat: Chat) -> Body:
    """What is known of the shopper's body, the message included."""
    held = chat.state.notes.get("body")
    known = Body.from_json(held) if isinstance(held, dict) else Body()
    told = read_body(chat.turn.text)
    height = _HEIGHT.search(chat.turn.text)
    if told.weight_kg is not None and told.height_cm is None and height is not None:
        told = replace(told, height_cm=float(height.group()))  # "I'm 178 and 75 kg"
    joined = known.joined(told)
    if not joined.is_empty:
        chat.state.notes["body"] = joined.to_json()
    return joined


def say_size(chat: Chat, product: ProductView, body: Body, kind: str) -> None:
    """The advice in one sentence with its reasons; what is missing is asked."""
    with chat.services.database.reading() as session:
        advice = size_advice(product, body, fit_returns(session, product.product_id))
    chat.state.notes["sized"] = [product.slug, kind]
    name = kind or product.name(chat.turn.language)
    words = chat.words
    if advice.size is None and advice.missing and _measured_otherwise(chat, product, name):
        return
    if advice.size is None and advice.missing:
        missing = words.text("or" if "usual_size" in advice.missing else "comma").join(
            words.text(f"missing.{one}") for one in advice.missing
        )
        chat.say("utter_size_needs", product=name, missing=missing, fit=_fit_first(chat, product))
    elif advice.size is None:
        sizes = words.text("comma").join(dict.fromkeys(v.size for v in product.variants if v.size))
        chat.say(
            "utter_size_none",
            product=name,
            sizes=sizes,
            exact="" if advice.exact is None else f"{advice.exact:g}",
        )
    else:
        _say_advice(chat, product, advice, name, kind)
    if not kind:
        remember(chat, [product])
    chat.did("product", "ask_size_advice", product.slug)


def _measured_otherwise(chat: Chat, product: ProductView, name: str) -> bool:
    """ "How do I measure?", "his head is 57 cm": an article on the sizes of such things surely
    answers; False where none does."""
    from actions.answers.articles import say_hits, search

    text = chat.turn.text
    if not (says("explain", text) or _CENTIMETRES.search(text)):
        return False
    hits = search(chat, "sizes", f"{text} {name}")
    if not hits or not hits[0].is_confident or hits[0].article.topic != "sizes":
        return False
    say_hits(chat, hits)
    chat.state.last.intent = "ask_size_advice"
    if hear(chat).kinds:
        keep_kinds(chat, hear(chat).query)
    return True


_CENTIMETRES: Final = re.compile(
    r"\d\s*(?:cm\b|centimet|厘米|公分)|头围|\bhead (?:size|circumference|measures)\b", re.IGNORECASE
)


def _say_advice(chat: Chat, product: ProductView, advice: SizeAdvice, name: str, kind: str) -> None:
    words = chat.words
    reasons = words.text("comma").join(
        words.text(f"size_reason.{code}", value=f"{value:g}" if isinstance(value, float) else value)
        for code, value in advice.reasons[:MOST_REASONS]
    )
    size = str(advice.size)
    response = "utter_size_take"
    if advice.alternative:
        response = "utter_size_between"
    asked = _size_doubted(chat, product)
    if says("will_fit", chat.turn.text):
        response = "utter_size_fits_between" if advice.alternative else "utter_size_fits"
    if asked is not None and asked not in {size, advice.alternative}:
        response = "utter_size_rather"
    values: dict[str, Any] = {
        "fit": _fit_first(chat, product),
        "product": name,
        "size": size,
        "asked": asked or "",
        "other": advice.alternative or "",
        "reasons": reasons,
    }
    chat.state.notes["size_advised"] = size
    if kind:
        chat.say(response, **values)
        return
    chat.state.focus.size = size
    buttons = []
    if not advice.in_stock:
        if not advice.alternative:
            response = "utter_size_take_sold_out"
        buttons.append(
            Button(words.text("notify_me"), f'/notify_restock{{"slug":"{product.slug}"}}')
        )
    chat.say(response, buttons=buttons, cards=[words.card(product)], **values)


def _size_doubted(chat: Chat, product: ProductView) -> str | None:
    """ "Would M be too big?": the one size that is asked about, which is not the usual one."""
    said = [v for one in hear(chat).query.must if one.attribute == "size" for v in one.values]
    body, comes = read_body(chat.turn.text), {one.size for one in product.variants}
    if len(said) != 1 or said[0] not in comes or said[0] == body.usual_size or body.between_sizes:
        return None
    return said[0]


def _fit_first(chat: Chat, product: ProductView) -> str:
    """How it fits, said first where that was asked."""
    said = fit_sentence(chat, product) if says("fit", chat.turn.text) else ""
    return f"{said} " if said else ""


def say_fit(chat: Chat, product: ProductView) -> None:
    """Small, large or as usual, from the product's own word or from returns."""
    said = fit_sentence(chat, product)
    body = body_of(chat)
    if said and not body.is_empty:
        say_size(chat, product, body, "")
        return
    name = product.name(chat.turn.language)
    if said:
        chat.say("utter_fact", fact=said)
    else:
        chat.say(
            "utter_fact_unknown",
            product=name,
            topic=chat.words.text("topic.fit"),
            buttons=[chat.words.person()],
        )
    remember(chat, [product])
    chat.did("product", "ask_size_advice", product.slug)


def fit_sentence(chat: Chat, product: ProductView) -> str:
    """How it fits, in a sentence; empty where that is not known."""
    with chat.services.database.reading() as session:
        returns = fit_returns(session, product.product_id)
    bias, reasons = fit_bias(product, returns)
    own = product.attributes.get("fit")
    name = product.name(chat.turn.language)
    if isinstance(own, str) and own:
        detail = phrases_of(chat.words).value("fit", own)
        key = "answer.fit_small" if bias > 0 else "answer.fit_large" if bias < 0 else "answer.fit"
        return chat.words.text(key, product=name, fit=detail)
    if not reasons:
        return ""
    code, value = reasons[0]
    told = chat.words.text(f"size_reason.{code}", value=f"{float(value):g}")
    return chat.words.text("answer.fit", product=name, fit=told)
