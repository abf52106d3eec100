"""What a message says of products: constraints, names, places in the list, the one in focus."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from actions.browsing.naming import (
    best_named,
    is_explained,
    is_named,
    of_their_kind,
    without_names,
)
from actions.browsing.numbers import numbers_in_context
from actions.browsing.parts import without_parts
from actions.browsing.series import of_series, shown_first
from actions.chat import Chat
from actions.own_orders import order_called
from actions.turn import at_place
from catalogue_search.aliases import find_products
from catalogue_search.catalogue import Catalogue
from catalogue_search.constraints import parse
from catalogue_search.facts import colour_ids, facts_of
from catalogue_search.query import Constraint, Order, Query, place
from kit.numerals import small_number
from kit.phrases import spoken
from shop.catalogue import get_product, get_products
from shop.ids import ProductId
from shop.views import ProductView

LONGEST_STACK: Final = 4
_THAT: Final = re.compile(r"\bthe [\w& ]+ one\b|\bthat\b|[那这](?:个|款|件|双|条)", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"\bthe other (?:ones?|jackets?|tents?|boots?|pair|pack|bag)\b|\bthe other\W*$"
    r"|另外?[一那](?:个|款|件|双|条|顶|只)|另(?:个|款|件|双|条|顶|只)",
    re.IGNORECASE,
)
_OF_THEM: Final = re.compile(
    r"\b(?:of|among|between) (?:these|those|them|the)\b|\bones?\b|这[几些四三两]|[里其]中|里面",
    re.IGNORECASE,
)
_ONE: Final = re.compile(
    r"\bones?\b|\bthat\b|\bthe \w+est\b|\bof (?:these|those|them)\b|[那这]?(?:个|款|件|双)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Heard:
    """A message read against what is shown.

    `named` are products by name in the order said, `alike` what a short name may mean as well.
    `pointed` are those of the list shown that are picked by their place; `shown` the whole list.
    `focus` is the product spoken of last, `earlier` those before it, the latest first.
    """

    catalogue: Catalogue
    query: Query
    named: tuple[ProductView, ...] = ()
    alike: tuple[ProductId, ...] = ()
    pointed: tuple[ProductView, ...] = ()
    shown: tuple[ProductView, ...] = ()
    focus: ProductView | None = None
    earlier: tuple[ProductView, ...] = ()
    in_focus: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """Ids of the kinds that are named."""
        return frozenset(self.query.kind_values())

    @property
    def at_hand(self) -> ProductView | None:
        """The product in focus, else the first of the list."""
        return self.focus or (self.shown[0] if self.shown else None)

    def asks_only_variants(self) -> bool:
        """Whether nothing but a colour or a size is said."""
        said = {
            one.attribute if one.operator == "is" else "not it"  # "not white" asks for others
            for one in self.query.constraints
            if one.is_hard or one.attribute != "gender"  # "M, for my mum"
        }
        only = bool(said) and said <= {"colour", "size"}
        return only and not (self.query.kinds or self.query.drops)


def hear(chat: Chat) -> Heard:
    """Read the message; once for every act."""
    key = f"heard {chat.turn.text} {chat.turn.intent} {chat.state.shown.keys} {chat.state.focus}"
    known: Heard | None = chat.kept(key)
    if known is None:
        with chat.services.database.reading() as session:
            known = _hear(chat, session)
        chat.keep(key, known)
    return known


def _without_addresses(text: str) -> str:
    """The text with blanks for e-mail addresses: a shop's own name in one names no brand."""
    return _ADDRESS.sub(lambda found: " " * len(found.group()), text)


_ADDRESS: Final = re.compile(r"\S+@\S+")


def _hear(chat: Chat, session: Session) -> Heard:
    state, turn = chat.state, chat.turn
    catalogue = chat.services.catalogue.current()
    keys = [ProductId(int(key)) for key in state.shown.keys if state.shown.kind == "products"]
    shown = get_products(session, keys, now=turn.now)
    follow_page(chat)
    stack = [_product(chat, session, slug) for slug in (state.focus.product, *stack_of(chat))]
    only = _only_ordered(chat, session)
    known = list({one.slug: one for one in stack if one is not None}.values())
    slug = turn.first("slug")
    focus = _product(chat, session, slug) if slug else only or (known[0] if known else None)
    in_focus = bool(slug or only) or (focus is not None and state.focus.kind == "product")
    beside = [focus.product_id] if in_focus and focus is not None else []
    text = _without_addresses(turn.text)
    query = parse(text, catalogue, beside or keys)
    query = _without_places(chat, _with_buttons(chat, query), catalogue)
    if not (turn.is_button or query.kinds):
        query = numbers_in_context(chat, query, _things(chat, session, focus, in_focus, shown))
    query = _with_that_size(chat, query)
    near = [*(one.product_id for one in (*shown, *known)), *_ordered(chat)]
    matches = find_products(text, turn.language, catalogue.names, near)
    matches = [
        one
        for one in matches
        if is_named(one, turn.text, near) and not is_explained(one, turn.text, query)
    ]
    matches = of_their_kind(matches, turn.text, catalogue, near)
    matches = shown_first(turn.text, matches, catalogue, (*shown, *known))
    told = [_product(chat, session, one) for one in turn.entities.get("product", ())]
    entities = [one.product_id for one in told if one is not None]
    named, alike = best_named(matches, entities)
    if not named and not slug and not query.kinds:
        named = entities[:1]
    if not named and not query.kinds:
        named = of_series(turn.text, catalogue, shown, focus)
    if len(named) == 1 and alike and not query.kinds:
        ids, looked_at = [*named, *alike], focus if in_focus else None
        named = _of_spoken_kind(chat, session, ids, catalogue, looked_at)[:1]
    views = get_products(session, named, now=turn.now)
    query = without_parts(turn.text, query, catalogue, in_focus=in_focus)
    query = without_names(query, matches, views)
    pointed = _at_an_end(chat, session, shown)
    pointed = pointed or _pointed(chat, query, shown, catalogue, focus, known)
    return Heard(
        catalogue,
        query,
        tuple(views),
        tuple(alike),
        tuple(pointed),
        tuple(shown),
        focus,
        tuple(one for one in known if one is not focus),
        in_focus,
    )


_THAT_SIZE: Final = re.compile(
    r"\b(?:in|with|of) (?:that|this|my|the right) size\b|(?:这个?|那个?|我的?)(?:尺?码|尺寸|号)",
    re.IGNORECASE,
)


def _with_that_size(chat: Chat, query: Query) -> Query:
    """ "Show me fleeces in that size": the size that was advised."""
    size, match = chat.state.notes.get("size_advised"), _THAT_SIZE.search(chat.turn.text)
    if size is None or match is None or any(one.attribute == "size" for one in query.must):
        return query
    start, end = match.span()
    that = Constraint("size", "is", (str(size),), start=start, end=end, source=match.group())
    return place(query, [that])


def _things(
    chat: Chat,
    session: Session,
    focus: ProductView | None,
    in_focus: bool,
    shown: Sequence[ProductView],
) -> list[ProductView]:
    """What a bare number may be said of: the product in focus, what is shown, what was sized."""
    if chat.state.focus.kind == "order" or chat.state.frame is not None:
        return []
    first = [focus] if in_focus and focus is not None else []
    if first or shown:
        return [*first, *shown]
    sized = _sized(chat, session)
    return _of_kinds_spoken(chat, session) if sized is None else [sized]


def _sized(chat: Chat, session: Session) -> ProductView | None:
    """The product for which a size was advised last."""
    held = chat.state.notes.get("sized")
    return _product(chat, session, str(held[0])) if isinstance(held, list) else None


def _of_kinds_spoken(chat: Chat, session: Session) -> list[ProductView]:
    """One of the kinds that are spoken of and of which nothing is shown yet."""
    catalogue = chat.services.catalogue.current()
    kinds = Query.from_json(chat.state.search or {}).kind_values()
    rows = catalogue.kinds.any_of(kinds).nonzero()[0][:1]
    return get_products(session, [catalogue.ids[int(row)] for row in rows], now=chat.turn.now)


# "That I can carry on a bike": the bike is none of what is looked for.
PLACE: Final = re.compile(
    r"\b(?:on|onto|in|into|inside|within|behind|under|at) (?:an?|my|the|our|his|her)\W*$"
    r"|(?:放|装|塞|挂|收)(?:得|不)?(?:进|在|到)$|在$",
    re.IGNORECASE,
)
# What is taken along is not what is looked for: 周末露营带帐篷, of packs.
_ALONG: Final = re.compile(r"[营游行山步途][^，。]{0,2}带(?:个|着|上)?$")
# "Can I use it inside the tent?": it is not the tent that is looked for.
_OF_IT: Final = re.compile(
    r"\b(?:it|they|them|this|these)\b|[它这那]|^[^，。！？]*[能会可].*[吗么不嘛]", re.IGNORECASE
)


def _without_places(chat: Chat, query: Query, catalogue: Catalogue) -> Query:
    """`query` without kinds that the shop lacks and that only say where a thing goes."""
    spoken = chat.state.search or chat.state.focus.product or len(query.kinds) > 1
    sold, text = catalogue.kinds.by_value, chat.turn.text
    of_it = bool(spoken) and _OF_IT.search(text) is not None
    kept = tuple(
        one
        for one in query.kinds
        if not _is_beside(text[: one.start], of_it=of_it or not sold.keys() & set(one.values))
    )
    return replace(query, kinds=kept) if spoken else query


def _is_beside(before: str, *, of_it: bool) -> bool:
    """Whether a kind behind these words is only where a thing goes, or what goes along."""
    return _ALONG.search(before) is not None or (of_it and PLACE.search(before) is not None)


def _of_spoken_kind(
    chat: Chat,
    session: Session,
    ids: Sequence[ProductId],
    catalogue: Catalogue,
    focus: ProductView | None,
) -> list[ProductId]:
    """ "And the Basalt Dune?" of all that are called so: first one of the kind spoken of."""
    kinds = set(Query.from_json(chat.state.search or {}).kind_values())
    if not kinds and focus is not None:
        kinds = {f"category:{focus.category}"}
    if not kinds and (sized := _sized(chat, session)) is not None:
        kinds = set(facts_of(sized).kinds)
    fits = catalogue.kinds.any_of(kinds)
    row_of = catalogue.row_of
    return sorted(ids, key=lambda one: not (one in row_of and fits[row_of[one]]))


def stack_of(chat: Chat) -> list[str]:
    """Products spoken of before the one in focus, the latest first."""
    return list(chat.state.notes.get("looked_at") or ())


def look_at(chat: Chat, product: ProductView) -> None:
    """Put a product into focus; the earlier ones stay known, and the list that was shown."""
    focus = chat.state.focus
    if product.slug != focus.product:
        if focus.product:
            others = [one for one in stack_of(chat) if one not in {product.slug, focus.product}]
            chat.state.notes["looked_at"] = [focus.product, *others][:LONGEST_STACK]
        focus.size = focus.colour = None
    focus.product, focus.kind = product.slug, "product"


def follow_page(chat: Chat) -> None:
    """The page that the shopper has just opened is what they speak of."""
    page = chat.turn.page_product
    if page and chat.state.notes.get("page") != page:
        chat.state.notes["page"] = page
        if chat.state.focus.product != page:
            chat.state.focus.size = chat.state.focus.colour = None
        chat.state.focus.product, chat.state.focus.kind = page, "product"


def meant(chat: Chat, heard: Heard | None = None) -> ProductView | None:
    """The one product that a message means; None where none is, or several may be."""
    heard = heard or hear(chat)
    if chat.turn.first("slug"):
        return heard.focus
    if heard.named:
        return heard.named[0]
    if heard.pointed:
        return heard.pointed[0]
    if heard.kinds:
        around = [one for one in (heard.focus, *heard.earlier) if one is not None]
        around = around if heard.in_focus else [*heard.shown, *around]
        fits = [one for one in around if facts_of(one).kinds & heard.kinds]
        single = heard.in_focus or len(fits) == 1
        if not fits and heard.in_focus:  # another one of the list: "I'll take the shell"
            fits = [one for one in heard.shown if facts_of(one).kinds & heard.kinds]
            single = len(fits) == 1
        return fits[0] if fits and single else None
    if heard.in_focus:
        return heard.focus
    if len(heard.shown) == 1:
        return heard.shown[0]
    return None


def spoken_of(chat: Chat) -> ProductView | None:
    """The product meant, else the one spoken of before the list that was shown last."""
    heard = hear(chat)
    found = meant(chat, heard)
    return found if found is not None or heard.kinds else heard.focus


def amount(value: str | None) -> Decimal | None:
    """A price that a shopper named."""
    try:
        return None if value is None else Decimal(value)
    except InvalidOperation:
        return None


def _ordered(chat: Chat) -> list[ProductId]:
    """Products of the order that is spoken of: "the Aurora" is the one that was bought."""
    number = chat.state.focus.order
    if number is None or chat.signed_in is None:
        return []
    order = order_called(chat, chat.signed_in, number)
    return [] if order is None else [line.product_id for line in order.lines]


def _only_ordered(chat: Chat, session: Session) -> ProductView | None:
    """The one thing in the one order that was just listed: "do you have the same in black?"."""
    shown = chat.state.shown
    if shown.kind != "orders" or len(shown.keys) != 1 or chat.state.focus.kind == "product":
        return None
    if chat.signed_in is None:
        return None
    order = order_called(chat, chat.signed_in, shown.keys[0])
    lines = () if order is None else order.lines
    return _product(chat, session, lines[0].slug) if len(lines) == 1 else None


def _product(chat: Chat, session: Session, slug: str | None) -> ProductView | None:
    return get_product(session, slug, now=chat.turn.now) if slug else None


def _with_buttons(chat: Chat, query: Query) -> Query:
    """What a pressed button says, which has no words."""
    if not chat.turn.is_button:
        return query
    entities: dict[str, Any] = dict(chat.turn.entities)
    found = [
        Constraint(name, "is", tuple(value.lower() if name == "brand" else value for value in held))
        for name in ("colour", "size", "brand")
        if (held := entities.get(name))
    ]
    if entities.get("category"):
        found.append(
            Constraint("kind", "is", tuple(f"category:{one}" for one in entities["category"]))
        )
    price = amount(chat.turn.first("price"))
    if price:
        found.append(Constraint("price", "at_most", high=float(price)))
    return place(query, found)


def _counted(query: Query) -> set[str]:
    """Numbers that count or measure something: in "for two people" nothing is the second one."""
    bounds = {bound for one in query.ranges for bound in (one.low, one.high) if bound is not None}
    whole = {str(int(bound)) for bound in bounds if float(bound).is_integer()}
    return whole | {number for one in query.ranges for number in _DIGITS.findall(one.source)}


_SO_MANY: Final = re.compile(
    r"\bfor (?:\d|two|three|four|five|six)\W*$|\b(?:\w+est|best) (?:\d|two|three|four|five)\b"
    r"|\b(?:\d|two|three|four|five) (?:\w+est|best)\b"
    r"|最[\u3400-\u9fff]{1,3}的?[2-9两三四五][个款件双条顶]",
    re.IGNORECASE,
)
# "Is the lightest one waterproof?" is asked of one that is shown.
_OF_SHOWN: Final = re.compile(
    r"[吗么嘛]|^(?:and |but |so |ok )*(?:is|are|does|do|has|have|can|will) (?:the|that|this)\b",
    re.I,
)
_DIGITS: Final = re.compile(r"\d+")


def _is_part(text: str) -> bool:
    """Whether a number of a Chinese text is part of another word: 三亚, 两公斤, and no place."""
    if _PAIRS.search(text):
        return True  # "3 pairs"
    return _SIGNS.search(text) is not None and _AS_PLACE.search(text) is None


_PAIRS: Final = re.compile(
    r"^\W*(?:\d+|two|three|four|five|six) (?:pairs?|pieces?|items?|pcs|packs?|sets?)\W*$", re.I
)


_SIGNS: Final = re.compile(r"[\u3400-\u9fff]")
_AS_PLACE: Final = re.compile(
    r"第|最后|[前后头]一?[个款件双条顶两]|[a-z]{3}"
    r"|^[那就要选]*[一二三四五六\d]+[号个款件双条顶]?[吧呢吗的 ]*$",
    re.I,
)


def other_than(
    focus: ProductView | None, shown: Sequence[ProductView], known: Sequence[ProductView]
) -> list[ProductView]:
    """ "The other one": of two shown the one not in focus, else the one looked at before it."""
    if focus is None:
        return []
    others = [one for one in shown if one.slug != focus.slug]
    if len(others) == 1:
        return others
    return [one for one in known if one.slug != focus.slug][:1]


def others_meant(chat: Chat, heard: Heard) -> list[ProductView]:
    """ "And the other one?" of a list of more than two: all the others."""
    if heard.focus is None or not _OTHER.search(chat.turn.text):
        return []
    return [one for one in heard.shown if one.slug != heard.focus.slug]


def _starts_anew(chat: Chat) -> bool:
    """ "And the cheapest?" after the warmest of all hats means all hats, not those four."""
    by_order = bool(chat.state.search and chat.state.search.get("order"))
    return by_order and _OF_THEM.search(chat.turn.text) is None


def _as_order(query: Query) -> tuple[Order, ...]:
    """ "The cheaper one" of two is the cheapest of them."""
    return tuple(
        Order(one.attribute, "least" if one.operator in {"below", "little"} else "most")
        for one in query.ranges
        if one.operator in {"below", "above", "little", "much"}
    )[:1]


# "Jacket first", "first a jacket": what is looked for now, and no place in the list.
_IN_TURN: Final = re.compile(
    r"\b(?<!the )(?<!that )first\W*$|^(?:\w+[, ]+){0,3}first(?:ly)?,? (?:an?|some|the)\b|^先|先看",
    re.IGNORECASE,
)
_THE_ONE: Final = re.compile(
    r"\bthe (?:\w+er|more \w+|less \w+) (?:one|pair|jacket|bag|tent|pack)\b|\bthe \w+er\W*$"
    r"|[的点]那[个款件双顶条]|(?:要|就|选|拿|买)[^，。！？]{0,6}的(?=[，。！？]|$)",
    re.IGNORECASE,
)

# The same of a longer list: "is the cheap one waterproof?", 便宜的那款有GPS吗.
_THAT_ONE: Final = re.compile(
    r"^(?:and |but |so |ok )*(?:is|are|does|do|has|have|can|will|how|what)\b[^.?!]*\bthe \w+ one\b"
    r"|的那[个款件双条顶]",
    re.IGNORECASE,
)


def _at_an_end(chat: Chat, session: Session, shown: Sequence[ProductView]) -> list[ProductView]:
    """ "The first two", "the last three": of the list shown or, after some of a longer list were
    put side by side, of that list. Empty where no end is meant."""
    for name in ("list.from_front", "list.from_back"):
        if (match := spoken("actions", name).search(chat.turn.text)) is None:
            continue
        count, of = small_number(match["count"]), shown
        if len(shown) > 1 and (chat.state.last.did == "comparison" or count >= len(shown)):
            lists = [one["keys"] for one in chat.state.notes.get("lists") or ()]
            here = {str(one.product_id) for one in shown}
            longer = [keys for keys in lists if set(keys) > here]
            ids = [ProductId(int(key)) for key in longer[-1]] if longer else []
            of = get_products(session, ids, now=chat.turn.now) or shown
        if 0 < count <= len(of):
            return list(of[:count] if name == "list.from_front" else of[-count:])
    return []


def _pointed(
    chat: Chat,
    query: Query,
    shown: Sequence[ProductView],
    catalogue: Catalogue,
    focus: ProductView | None,
    known: Sequence[ProductView],
) -> list[ProductView]:
    """Products of the list by their place, or by what they alone have most of."""
    if query.kinds and _IN_TURN.search(chat.turn.text):
        return []
    slugs, counted = [one.slug for one in shown], _counted(query)
    counts = _SO_MANY.search(chat.turn.text)  # "how much for three"
    ordinals = () if counts or _is_part(chat.turn.text) else chat.turn.entities.get("ordinal", ())
    places = [at_place(slugs, one) for one in ordinals if one not in counted]
    picked = [one for one in shown if one.slug in places]
    if not picked and _OTHER.search(chat.turn.text):
        return other_than(focus, shown, known)
    of_two = len(shown) == 2 and _THE_ONE.search(chat.turn.text)
    of_more = _THAT_ONE.search(chat.turn.text)
    points = of_two or of_more or _ONE.search(chat.turn.text)
    if picked or len(shown) < 2 or query.kinds or not points:
        return picked
    if (of_two or of_more) and not query.order:
        query = replace(query, order=_as_order(query))
    of_variant = {"colour", "size"} if of_two else set()  # "the lighter one in purple?"
    hard = [one for one in query.hard if one.operator not in {"below", "above"} or not of_two]
    hard = [one for one in hard if one.attribute not in of_variant]
    is_of_shown = not hard or _OF_SHOWN.search(chat.turn.text)
    if query.order and is_of_shown and not _starts_anew(chat):
        rows = [(catalogue.row_of.get(one.product_id), one) for one in shown]
        first = query.order[0]
        held = [
            (value, one)
            for row, one in rows
            if row is not None and (value := catalogue.value(first.quantity, row)) is not None
        ]
        if held:
            best = (min if first.direction == "least" else max)(held, key=lambda pair: pair[0])
            return [best[1]]
    brands = {value for one in query.must if one.attribute == "brand" for value in one.values}
    fits = [one for one in shown if one.brand.lower() in brands]
    colours = {value for one in query.must if one.attribute == "colour" for value in one.values}
    if colours and not fits:  # 粉色那个 is the one of them that comes in pink
        fits = [o for o in shown if any(colour_ids(v.colour) & colours for v in o.variants)]
    return fits if len(fits) == 1 and _THAT.search(chat.turn.text) else []
