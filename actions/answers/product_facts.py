"""Questions about one product: answered from what is known of it, yes or no first."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import answers
from actions.answers.articles import note_asked, say_article, say_hits, say_near
from actions.answers.finding import find, search_products
from actions.answers.product_texts import OF_GOODS, OF_SHOP, say_part, told_of_kind
from actions.answers.sizing import say_fit
from actions.answers.stock import say_stock
from actions.browsing.asked import Asked, asked_of, says
from actions.browsing.bought import bought
from actions.browsing.hearing import Heard, hear, meant, spoken_of
from actions.browsing.phrases import Phrases, phrases_of
from actions.browsing.showing import remember, show
from actions.browsing.unsold import asks_for_kind
from actions.browsing.variants import listed
from actions.browsing.wishes import say_untold, told_of_list, wish_told
from actions.chat import Chat
from actions.recommending.offering import note_looked_at
from catalogue_search.compare import has_value
from catalogue_search.constraints import parse
from catalogue_search.facts import Facts, facts_of
from catalogue_search.occasions import preference, preferences_of
from catalogue_search.query import Constraint, Query, place
from dialogue.acts import Act
from shop.views import ProductView

# Attributes told when everything is asked for, the most telling first.
TOLD: Final = ("volume", "persons", "comfort", "weight", "water_column", "brightness", "insulation")
MOST_TOLD: Final = 4
MOST_LISTED: Final = 4
LONGEST: Final = 160
SAME_OF_ANOTHER: Final = re.compile(
    r"^(?:and|what about|how about|and what about)\b[^.!?]{2,30}\??\s*$"
    r"|^[^，。！？,?]{1,14}呢[?？。!！]*$",
    re.IGNORECASE,
)
_EITHER: Final = re.compile(r"\bor\b|还是", re.IGNORECASE)
_QUANTITY: Final = {"warmth": "comfort"}


@answers("ask_product_details")
def product_details(chat: Chat, act: Act) -> None:
    """The detail that is asked of the product meant; else what it is like."""
    heard = hear(chat)
    asked = asked_again(chat, heard)
    own = None if heard.named else bought(chat)
    if own is not None:
        note_looked_at(chat, own)
        say_of_product(chat, own, asked)
        return
    product = meant(chat, heard)
    if product is None and "care" in asked.topics and _care_of_several(chat, heard):
        return
    of_material = any(one.attribute == "material" for one in heard.query.must)
    if product is None and of_material and not heard.kinds and told_of_kind(chat, heard):
        return
    if product is None and heard.kinds:  # another kind of thing than what is in focus
        if not told_of_kind(chat, heard):
            _search_instead(chat, act, heard)
        return
    from actions.answers.comparing import compare_products, weighs_again

    if _asks_for_others(chat, heard):
        from actions.answers.recommending import refine_found

        refine_found(chat, heard)
        return
    one_asked_of = heard.named or heard.kinds or (heard.pointed and asked.topics)
    listed = heard.query.order and len(heard.shown) > 1 and not one_asked_of
    if listed or weighs_again(chat, heard):
        compare_products(chat, act)
        return
    listed_last = len(heard.shown) > 1 and not heard.in_focus
    if product is None and says("enough", chat.turn.text) and article_of_list(chat, heard):
        return
    if product is None and heard.shown and not asked.is_empty:
        from actions.answers.comparing import say_of_list

        if say_of_list(chat, heard, asked) or _untold_of_list(chat, heard, asked):
            return
    if product is None and listed_last and _told_of_list(chat, heard):
        return
    product = product or spoken_of(chat)
    if product is None and heard.shown and _told_of_list(chat, heard):
        return
    if product is None:
        _search_instead(chat, act, heard)
        return
    note_looked_at(chat, product)
    say_of_product(chat, product, asked)


def _told_of_list(chat: Chat, heard: Heard) -> bool:
    """What an article says of such things, else what the texts of those listed say."""
    return article_of_list(chat, heard) or told_of_list(chat, heard)


def article_of_list(chat: Chat, heard: Heard) -> bool:
    """ "How many litres do I need?", "can I take gas on a plane?" of what is listed: an article on
    such things surely answers; False where none does."""
    shelves = {one.category for one in heard.shown}
    if len(shelves) != 1 or chat.turn.is_button or heard.kinds or heard.query.order:
        return False
    if (heard.query.must or _OF_THEM.search(chat.turn.text)) and not says("enough", chat.turn.text):
        return False  # "are they all waterproof?" asks of those, not how it is done
    shelf = shelves.pop()
    kind = phrases_of(chat.words).name("category", shelf, shelf.replace("-", " "))
    for text in (chat.turn.text, f"{kind} {chat.turn.text}"):
        hits = chat.services.knowledge.search(text, chat.turn.language, category=shelf)
        if hits and hits[0].is_confident and hits[0].article.topic in OF_GOODS:
            say_hits(chat, [replace(hits[0], polarity=None)])  # its yes is said of none of these
            return True
    return False


# "Do any of them have pit zips?" asks of those, and not of such things.
_OF_THEM: Final = re.compile(
    r"\b(?:any|all|one|some|each|either|none) of (?:them|these|those)\b"
    r"|[这那]几[个款件双条顶]|都|其中",
    re.I,
)


def _asks_for_others(chat: Chat, heard: Heard) -> bool:
    """ "Have you any under 90?", 90块以内有吗, with one in focus asks for others, not of it."""
    if not heard.in_focus or heard.named or heard.pointed or heard.asks_only_variants():
        return False
    text = chat.turn.text
    return any(one.is_hard for one in heard.query.ranges) and says("of_others", text)


def _untold_of_list(chat: Chat, heard: Heard, asked: Asked) -> bool:
    """Say that the shop tells nothing of a topic for what is listed; False where none is asked."""
    features = [one for one in asked.checks if one.attribute == "feature"]
    if features and len(heard.shown) > 1 and chat.state.search and not heard.kinds:
        say_untold(chat, Query.from_json(chat.state.search), features)
        chat.did("products_listed")
        return True
    topics = [one for one in asked.topics if one not in {"fit", "count", "care"}]
    if not topics or asked.checks or len(heard.shown) < 2 or not chat.state.search:
        return False
    phrases = phrases_of(chat.words)
    chat.say(
        "utter_fact_unknown",
        product=phrases.kind(Query.from_json(chat.state.search)),
        topic=chat.words.text("comma").join(phrases.name("topic", one) for one in topics),
        buttons=[chat.words.person()],
    )
    chat.did("products_listed")
    return True


def asks_of_focus(chat: Chat) -> bool:
    """Whether a question that nothing else answers follows on what was told of a product, or on
    the list shown."""
    did, heard = chat.state.last.did, hear(chat)
    talks = did in {"product", "stock", "price", "products_listed"} and heard.in_focus
    listed = did in {"products_listed", "comparison"} and bool(heard.shown)
    talks = talks or (listed and bool(heard.query.query_words))
    return talks and says("detail", chat.turn.text)


def asked_again(chat: Chat, heard: Heard) -> Asked:
    """What is asked; of "and the dress?" what was asked of the thing before."""
    asked = asked_of(chat.turn.text, heard)
    before = chat.state.notes.get("asked_of_product")
    named = heard.named or heard.pointed or heard.kinds  # "and the battery life" names nothing
    if asked.topics or not before or not named or not is_same_of_another(chat):
        return asked
    again = asked_of(str(before), heard)
    held = Query.from_json(chat.state.notes.get("checked_of_product") or {}).constraints
    checks = () if asked.checks else held
    chat.state.notes["asked_of_product"] = before
    return replace(again, checks=checks, wants_detail=True)


def is_same_of_another(chat: Chat) -> bool:
    """Whether the words put the last question on a product to another thing: 那裙子呢."""
    about_product = chat.state.last.did in {"product", "stock", "price", "article"}
    return about_product and SAME_OF_ANOTHER.search(chat.turn.text) is not None


def _care_of_several(chat: Chat, heard: Heard) -> bool:
    """How the things listed are cared for, by what is said of each; of a kind by an article."""
    if not heard.shown or heard.kinds:
        return _care_of_kind(chat)
    phrases = phrases_of(chat.words)
    cares = [(one, one.attributes.get("care")) for one in heard.shown[:MOST_LISTED]]
    told = [(one, phrases.value("care", care)) for one, care in cares if isinstance(care, str)]
    rows = [_value_said(chat, one, "care", value, phrases) for one, value in told]
    if not rows:
        return False
    tells = any(_tells_how(value, chat.turn.text) for _, value in told)
    if not tells and _care_of_kind(chat, heard.shown[0]):  # 会缩水吗
        return True
    chat.state.notes["asked_of_product"] = chat.turn.text[:LONGEST]
    chat.say("utter_fact", fact="\n".join(rows))
    chat.did("comparison")
    return True


def _care_of_kind(chat: Chat, one: ProductView | None = None) -> bool:
    """How such things are cared for, by an article; False where none surely tells."""
    category, text = chat.turn.first("category"), chat.turn.text
    if is_same_of_another(chat):
        text = f"{text} {phrases_of(chat.words).name('topic', 'care')}"
    chat.state.notes.setdefault("asked_of_product", text[:LONGEST])
    if one is not None:
        text, category = f"{text} {_what_it_is(chat, one, facts_of(one))}", one.category
    made_of = {v for c in hear(chat).query.must if c.attribute == "material" for v in c.values}
    if "goretex" in made_of:
        text = f"{text} {phrases_of(chat.words).name('feature', 'waterproof')}"
    hits = chat.services.knowledge.search(text, chat.turn.language, category=category)
    if not hits or not hits[0].is_likely:
        return False
    if not hits[0].is_confident:
        say_near(chat, hits[0].article, hits[0].said)
        return True
    note_asked(chat, hits[0].article.title, hits[0].article.topic)  # "and tumble dry?" leans on it
    say_hits(chat, hits)
    return True


def say_of_product(chat: Chat, product: ProductView, asked: Asked) -> None:
    """Answer from attributes, else from articles, else honestly; where nothing is asked, all."""
    if asked.is_empty and names_variant(chat):
        say_stock(chat, product)
        return
    if chat.turn.is_button or (asked.is_empty and not asked.wants_detail):
        describe(chat, product)
        return
    if not asked.is_empty:
        note_asked_of(chat, chat.turn.text, asked)
    if "fit" in asked.topics:
        say_fit(chat, product)
        return
    if "count" in asked.topics:
        say_stock(chat, product)
        return
    said = facts_asked(chat, product, asked)
    if said:
        if any("laptop" in one.values for one in asked.checks) and _INCHES.search(chat.turn.text):
            said = [said[0], chat.words.text("answer.screen_untold")]
        chat.say("utter_fact", fact=" ".join(said[:2]))
        remember(chat, [product])
        chat.did("product", subject=product.slug)
        return
    say_from_article(chat, product, asked)


def note_asked_of(chat: Chat, text: str, asked: Asked) -> None:
    """Keep what was asked of a product: "and the first?" asks it of another, "what else then?" for
    one that is so."""
    chat.state.notes["asked_of_product"] = text[:LONGEST]
    checks = [one for one in asked.checks if one.attribute != "kind"]
    chat.state.notes["checked_of_product"] = place(Query(), checks).to_json()


_INCHES: Final = re.compile(
    r"\b\d{2}(?:\.\d)?\s*(?:-?inch|\"|''|in\b)|\d{2}\s*[英吋]?[寸吋]", re.IGNORECASE
)


def names_variant(chat: Chat) -> bool:
    """Whether a colour or a size is asked for: "does the second one come in green?"."""
    said = {one.attribute for one in hear(chat).query.must}
    return not chat.turn.is_button and bool(said) and said <= {"colour", "size"}


def facts_asked(chat: Chat, product: ProductView, asked: Asked) -> list[str]:
    """Sentences that answer what is asked; empty where nothing of it is known."""
    facts, phrases = facts_of(product), phrases_of(chat.words, [product])
    if len({one.attribute for one in asked.checks}) == 1 and _EITHER.search(chat.turn.text):
        # "Is it this or that?" is answered by what it is, where there is a word for that.
        what = asked.checks[0].attribute
        if _told(chat, product, facts, what, phrases):
            asked = replace(asked, checks=(), topics=(what, *asked.topics))
    said = [_checked(chat, product, facts, one, phrases) for one in asked.checks]
    unknown = [one for one, text in zip(asked.checks, said, strict=True) if not text]
    if any(one.attribute == "feature" for one in unknown):
        said = []  # "is the down ethical": that it is down answers nothing
    said += [_told(chat, product, facts, topic, phrases) for topic in asked.topics]
    if asked.occasion and not any(said):
        said.append(_good_for(chat, product, facts, asked.occasion, phrases))
    return list(dict.fromkeys(one for one in said if one))


def _checked(
    chat: Chat, product: ProductView, facts: Facts, one: Constraint, phrases: Phrases
) -> str:
    """Yes or no to a constraint, with the value that decides; empty where it is not known."""
    if one.operator in {"is", "is_not"}:
        has = has_value(one, facts, product)
        value = _because(product, facts, one, phrases)
    else:
        number = facts.quantities.get(one.attribute)
        has = None if number is None else _is_within(number, one)
        value = "" if number is None else phrases.quantity(one.attribute, number)
    if has is None:
        return ""
    positive = one if one.operator != "is_not" else replace(one, operator="is")
    phrase = phrases.of(positive)
    key = "answer.yes" if has else "answer.no"
    if phrase.startswith("with "):
        key += "_with"
    elif one.operator not in {"is", "is_not"}:
        key += "_bound"
    because = f" ({value})" if value and value not in phrase else ""
    return chat.words.text(
        key, product=product.name(chat.turn.language), phrase=phrase, because=because, value=value
    )


def _because(product: ProductView, facts: Facts, one: Constraint, phrases: Phrases) -> str:
    if one.attribute == "feature" and "waterproof" in one.values:
        column = facts.quantities.get("water_column")
        return "" if column is None else phrases.quantity("water_column", column)
    told = product.attributes.get(one.attribute)
    return phrases.value(one.attribute, told) if isinstance(told, str) else ""


def _is_within(number: float, one: Constraint) -> bool:
    """Whether a number keeps the bounds of a constraint."""
    low = one.low is None or number >= one.low
    return low and (one.high is None or number <= one.high)


def fails(wish: Constraint, product: ProductView) -> bool:
    """Whether a product is known not to be as is wished."""
    facts = facts_of(product)
    if wish.operator in {"is", "is_not"}:
        has = has_value(wish, facts, product)
        return has is not None and has is (wish.operator == "is_not")
    number = facts.quantities.get(wish.attribute)
    return number is not None and not _is_within(number, wish)


def _told(chat: Chat, product: ProductView, facts: Facts, topic: str, phrases: Phrases) -> str:
    """The value of what is asked for; empty where it is not known."""
    words = chat.words
    topic = _QUANTITY.get(topic, topic)
    value = ""
    if topic == "colour":
        held = dict.fromkeys(one.colour for one in product.variants if one.colour)
        value = words.text("comma").join(words.colour(one) for one in held)
    elif topic == "size":
        held = dict.fromkeys(one.size for one in product.variants if one.size)
        there = {one.size for one in product.variants if one.stock > 0}
        value = words.text("comma").join(
            one if one in there else one + words.in_brackets(words.text("sold_out")) for one in held
        )
    elif topic == "brand":
        value = product.brand
    elif topic == "rating":
        if product.rating is not None and product.rating_count:
            value = words.text("rated", rating=f"{product.rating:.1f}", count=product.rating_count)
    elif topic == "count":
        value = listed(chat, [one for one in product.variants if one.stock > 0])
    elif topic in facts.quantities:
        value = phrases.beside(topic, facts.quantities[topic])
    elif topic in product.attributes:
        value = phrases.value(topic, product.attributes[topic])
    if not value or (topic == "care" and not _tells_how(value, chat.turn.text)):
        return ""
    return _value_said(chat, product, topic, value, phrases)


def _value_said(chat: Chat, product: ProductView, topic: str, value: str, phrases: Phrases) -> str:
    """A value in a sentence."""
    return chat.words.text(
        "answer.value",
        product=product.name(chat.turn.language),
        topic=phrases.name("topic", topic),
        value=value,
    )


# What is asked of care, and what an answer to it speaks of: "machine wash" says nothing of dryers.
_OF_CARE: Final = (
    (re.compile(r"\bdry(?:er|ing)\b|\btumble|烘干", re.I), re.compile(r"dry|tumble|烘|晾", re.I)),
    (re.compile(r"dry[- ]?clean|干洗", re.I), re.compile(r"dry[- ]?clean|干洗", re.I)),
    (re.compile(r"\biron|熨", re.I), re.compile(r"iron|熨", re.I)),
    (re.compile(r"\bshrink|缩水|变形", re.I), re.compile(r"shrink|缩|变形", re.I)),
    (re.compile(r"\bfade|\bbleed|掉色|褪色|染色", re.I), re.compile(r"fade|bleed|colour|色", re.I)),
    (re.compile(r"proof|repellent|\bbead|防水", re.I), re.compile(r"proof|wax|防水|打蜡", re.I)),
)


def _tells_how(value: str, text: str) -> bool:
    """Whether care instructions speak of what is asked."""
    return all(told.search(value) for asked, told in _OF_CARE if asked.search(text))


def _good_for(
    chat: Chat, product: ProductView, facts: Facts, occasion: str, phrases: Phrases
) -> str:
    """Whether a product suits an occasion, by what that prefers; empty where nothing tells."""
    good: list[str] = []
    bad: list[str] = []
    for one in map(preference, preferences_of(occasion)):
        if one.operator in {"little", "much"}:
            continue
        if one.operator == "is":
            has = has_value(one, facts, product)
        else:
            number = facts.quantities.get(one.attribute)
            has = None if number is None else _is_within(number, one)
        if has is not None:
            (good if has else bad).append(_met(product, facts, one, phrases, is_good=has))
    if not good and not bad:
        return ""
    key = "answer.good_for" if good and not bad else "answer.partly" if good else "answer.bad_for"
    return chat.words.text(
        key,
        product=product.name(chat.turn.language),
        occasion=phrases.name("occasion", occasion),
        good=chat.words.text("comma").join(good),
        bad=chat.words.text("comma").join(bad),
    )


def _met(
    product: ProductView, facts: Facts, one: Constraint, phrases: Phrases, *, is_good: bool
) -> str:
    number = facts.quantities.get(one.attribute)
    if number is not None:
        return phrases.quantity(one.attribute, number)
    told = product.attributes.get(one.attribute)
    if isinstance(told, str):
        return phrases.value(one.attribute, told)
    return phrases.value(one.values[0], is_good)


def describe(chat: Chat, product: ProductView) -> None:
    """What it is like, in short, with the facts that matter."""
    note_looked_at(chat, product)
    phrases, facts = phrases_of(chat.words, [product]), facts_of(product)
    told = [
        phrases.quantity(name, facts.quantities[name]) for name in TOLD if name in facts.quantities
    ]
    fit = product.attributes.get("fit")
    if isinstance(fit, str):
        told.append(phrases.value("fit", fit))
    show(
        chat,
        [product],
        "utter_product_details",
        did="product",
        product=product.name(chat.turn.language),
        price=chat.words.money(product.price),
        description=product.description(chat.turn.language),
        facts=" · ".join(told[:MOST_TOLD]),
    )


def say_from_article(chat: Chat, product: ProductView, asked: Asked) -> None:
    """An article that is about such products; else that the shop says nothing of it."""
    language = chat.turn.language
    facts = facts_of(product)
    text = chat.turn.text
    if "care" in asked.topics:  # how to wash it depends on what it is
        text = f"{text} {_what_it_is(chat, product, facts)}"
    if asked.is_empty and says("has_part", text) and say_part(chat, product):
        return
    hits = chat.services.knowledge.search(text, language)
    about = next(
        (
            hit
            for hit in hits
            if hit.is_confident
            and hit.article.topic in (OF_SHOP if asked.checks else OF_GOODS)
            and _suits(chat, hit.article.title, facts)
        ),
        None,
    )
    if about is not None:
        article = about.article
        say_article(chat, article.answer, article.title, article.slug)
        remember(chat, [product])
        return
    phrases = phrases_of(chat.words, [product])
    if "care" in asked.topics and (known := product.attributes.get("care")):
        # (it does not speak of what is asked, but it is what the shop says)
        value = phrases.value("care", known)
        chat.say(
            "utter_care_only",
            fact=_value_said(chat, product, "care", value, phrases),
            buttons=[chat.words.person()],
        )
        remember(chat, [product])
        chat.did("product", subject=product.slug)
        return
    topics = [phrases.name("topic", one) for one in asked.topics]
    response = "utter_fact_unknown" if topics else "utter_detail_unknown"
    response = "utter_check_unknown" if asked.checks else response
    chat.say(
        response,
        product=product.name(language),
        buttons=[chat.words.person()],
        topic=chat.words.text("comma").join(topics),
        phrase=phrases.all_of(asked.checks),
        description=product.description(language),
    )
    remember(chat, [product])
    chat.did("product", subject=product.slug)


def _what_it_is(chat: Chat, product: ProductView, facts: Facts) -> str:
    """Shelf and telling material of a product in words."""
    phrases = phrases_of(chat.words)
    material = [one for one in ("down", "merino", "leather") if one in (facts.materials or ())]
    words = [phrases.name("category", product.category, product.category.replace("-", " "))]
    return " ".join([*words, *(phrases.name("material", one) for one in material)])


def _suits(chat: Chat, title: str, facts: Facts) -> bool:
    """Whether an article's title names no other kind of product and no other material."""
    query = parse(title, chat.services.catalogue.current())
    kinds = set(query.kind_values())
    if kinds and not kinds & facts.kinds:
        return False
    materials = {v for one in query.must if one.attribute == "material" for v in one.values}
    return not materials or facts.materials is None or bool(materials & facts.materials)


def untold_of_shown(chat: Chat) -> bool:
    """Say that the shop tells nothing of what is asked of goods on show, in the shopper's words;
    False where nothing is asked of such, or for others."""
    text, heard = chat.turn.text, hear(chat)
    spoken = chat.state.last.did in OF_SHOWN and len(heard.shown) > 1 and chat.state.search
    asks = says("detail", text) and not says("of_others", text)
    asks = (asks or says("pitching", text)) and len(text) <= SHORTEST_STORY
    if not spoken or not asks or chat.turn.is_button or not heard.query.is_empty:
        return False
    kind = phrases_of(chat.words).kind(Query.from_json(chat.state.search or {}))
    wish = text.strip(" ?？!！。.")
    chat.say("utter_wish_untold", wish=wish, kind=kind, buttons=[chat.words.person()])
    chat.did("products_listed")
    return True


OF_SHOWN: Final = frozenset({"products_listed", "comparison", "product"})
SHORTEST_STORY: Final = 48


def _search_instead(chat: Chat, act: Act, heard: Heard) -> None:
    is_search = heard.query.query_words and asks_for_kind(chat)
    if heard.query.is_empty and not is_search:  # "does it shrink?" searches for nothing
        if untold_of_shown(chat):
            return
        if len(heard.shown) > 1 and says(
            "detail", chat.turn.text
        ):  # 有没有实用一点的 names none of them
            chat.say("utter_refine_how", buttons=[chat.words.person()])
        else:
            chat.say("utter_ask_which_product")
        chat.did("asked")
        return
    alone = replace(heard, query=replace(heard.query, kinds=()))
    wish = wish_told(chat, alone) if heard.kinds and not is_search else None
    if wish is not None and not heard.query.hard:
        # 手表能测心率吗: those whose text says so; where none does that is said first.
        find(chat, heard, place(replace(heard.query, query_words=()), [wish]))
        return
    search_products(chat, act)
