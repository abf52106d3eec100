"""Answers from the shop's articles."""

import re
from dataclasses import replace
from typing import Final

from actions.answers import answers
from actions.answers.by_place import aspects_of, by_place
from actions.answers.named_anew import named_anew
from actions.answers.places import at_that_place, in_context, where_we_do_not_deliver, zone_of
from actions.arrival import deadline, say_if_ordered_now
from actions.browsing.asked import says
from actions.browsing.hearing import hear
from actions.browsing.showing import keep_kinds
from actions.chat import Chat
from actions.plain_words import supposes_misfit
from actions.tasks.engine import go_on, task_of
from actions.turn import Button
from conversations import ArticleCard
from dialogue.acts import Act
from kit.i18n import Language, length
from kit.intents import told_of
from kit.money import Money
from kit.phrases import phrase
from knowledge.articles import Article
from knowledge.index import Hit
from shop.access import access_customer
from shop.catalogue import get_product


@answers("report_no_code")
def no_code(chat: Chat, act: Act) -> None:
    """The code did not come: a new one where one is waited for, else the ways out."""
    frame = chat.state.frame
    if frame is not None and frame.slots.get("_sent") and chat.turn.is_button:
        frame.drop("_sent")
        go_on(chat)
        return
    chat.say("utter_no_code_help", buttons=[chat.words.person()])


TOPIC_OF_INTENT: Final = told_of("articles")


@answers(
    "ask_delivery",
    "ask_payment",
    "ask_warranty",
    "ask_return_policy",
    "ask_privacy",
    "ask_store_info",
    "ask_gift_card",
    "ask_loyalty",
    "ask_order_process",
    "ask_account",
    "ask_repair",
)
def from_articles(chat: Chat, act: Act) -> None:
    """The best article on the topic, or the articles it may be."""
    asks_when = act.intent == "ask_delivery" and not says("other_day", chat.turn.text)
    by = deadline(chat.turn) if asks_when else None
    if by is not None and say_if_ordered_now(chat, by):
        chat.did("article", act.intent)
        return
    of_points = act.intent == "ask_loyalty" and not says("points_of", chat.turn.text)
    if of_points and says("points_count", chat.turn.text) and say_points(chat):
        chat.did("article", act.intent)
        return
    slug = chat.turn.first("slug")
    article = chat.services.knowledge.article(slug, chat.turn.language) if slug else None
    if article is not None:
        say_article(chat, article.body, article.title, article.slug)
        return
    if act.intent == "ask_account" and any(map(chat.asked_for, PROOFS)):
        chat.say("utter_no_account_needed")
        return
    if act.intent == "ask_payment" and says("charged_wrongly", chat.turn.text):
        chat.offer("person", "utter_payment_check", [chat.words.person()])
        return
    topic, before = TOPIC_OF_INTENT.get(act.intent), matter(chat)
    if act.intent == "ask_return_policy" and supposes_misfit(chat.turn.text):
        slug = WHOLE_MATTER["ask_return_policy"]
        article = chat.services.knowledge.article(slug, chat.turn.language)
        if article is not None:  # "if it is too small" asks of the way back, not of sizes
            say_article(chat, article.answer, article.title, article.slug)
            return
    if _is_of_way_back(chat, topic, before):
        topic = "returns"
    costs = act.intent == "ask_delivery" and chat.turn.intent == "ask_price"
    if told_by_place(chat, topic, ("cost",) if costs else ()):
        return
    text = _PERIOD.sub("质保几年", chat.turn.text)
    hits = search(chat, topic, text)
    if hits and hits[0].is_confident and just_said(chat, hits[0]):
        alone = chat.services.knowledge.search(text, chat.turn.language, topic=topic)
        hits = alone if alone and alone[0].is_confident else hits
    if not (hits and hits[0].is_confident) and before not in {None, topic}:
        of_before = search(chat, before, text)  # "and if some is left?" asks of the gift card
        hits = of_before if of_before and of_before[0].is_confident else hits
    if hits and hits[0].is_confident:
        say_hits(chat, hits)
        return
    likely = [hit for hit in hits if hit.is_likely][:CHOICES]
    if of_points and not likely and say_points(chat):
        chat.did("article", act.intent)
    else:
        say_unsure(chat, act, likely)


# 保修多久 asks how long the warranty is, not how long a repair takes.
_PERIOD: Final = re.compile(
    r"(?:保修|质保|三包)(?:期限?|时间)?(?:是|有)?(?:多久|多长时间|多长|几年|多少年)"
    r"|(?:过|出)(?:了)?保(?:修期?)?了?[吗没]|(?:还)?在保(?:修期?内?)?[吗么]"
)
# What proves who is asking; "I have no account" is no obstacle there.
PROOFS: Final = ("order_number", "email", "code", "identity", "name", "postcode", "digits")


def _is_of_way_back(chat: Chat, topic: str | None, before: str | None) -> bool:
    """ "Who pays the postage?" right after an answer on returns."""
    text = chat.turn.text
    on_returns = topic == "delivery" and before == "returns"
    return on_returns and zone_of(text) is None and aspects_of(text)[:1] == ("cost",)


def told_by_place(chat: Chat, topic: str | None, default: tuple[str, ...] = ()) -> bool:
    """Whether what depends on a place was answered: each thing that is asked, once."""
    told = by_place(chat, topic, default) if topic in {"delivery", "returns"} else []
    names_place = zone_of(chat.turn.text) is not None
    again = [names_place and was_told(chat, hit) for hit in told]  # "and to Switzerland?"
    for hit, same in zip(told, again, strict=True):
        said = chat.words.text("same_there", said=hit.said) if same else hit.said
        say_hits(chat, [replace(hit, said=said)])
    chat.state.notes["told_by_place"] = bool(told)
    return bool(told)


# The article on a matter as a whole, for questions that none answers word by word.
WHOLE_MATTER: Final = told_of("article")
SURE_OF_MATTER: Final = 0.8


def say_nearest(chat: Chat, act: Act) -> bool:
    """What is written of the matter that is surely asked about; False where it is not sure."""
    slug = WHOLE_MATTER.get(act.intent)
    is_sure = chat.turn.confidence >= SURE_OF_MATTER or act.intent != chat.turn.intent
    if slug is None or not is_sure:
        return False
    article = chat.services.knowledge.article(slug, chat.turn.language)
    if article is None:
        return False
    say_near(chat, article)
    return True


def say_near(chat: Chat, article: Article, said: str = "") -> None:
    """What is likely `said` to what was asked; without it what comes nearest, as no exact answer;
    and a person."""
    say_article(
        chat,
        said or article.answer,
        article.title,
        article.slug,
        [chat.words.person()],
        response="utter_article_likely" if said else "utter_article_near",
    )


def _is_whole_matter(chat: Chat, act: Act, hit: Hit) -> bool:
    is_whole = hit.article.slug == WHOLE_MATTER.get(act.intent)
    return is_whole and chat.turn.confidence >= SURE_OF_MATTER


# An article that is so much likelier than the next leaves nothing to choose.
CLEAR: Final = 0.15
# What may be meant is asked back with no more than so many articles.
CHOICES: Final = 2


def say_unsure(chat: Chat, act: Act, likely: list[Hit]) -> None:
    """No article surely answers: those that may are to choose from, else a person is offered.

    What is open stays open.
    """
    asked = chat.state.question
    is_open = (asked is not None and asked.kind != "offer") or chat.state.frame is not None
    if likely and not is_open and _is_whole_matter(chat, act, likely[0]):
        first = likely[0].article  # "do you have a warranty?" asks for all of it
        say_article(
            chat, first.answer, first.title, first.slug, article_buttons(chat, likely[1:])[:-1]
        )
        return
    second = likely[1].score if len(likely) > 1 else 0.0
    if likely and likely[0].score - second >= CLEAR:
        say_near(chat, likely[0].article, likely[0].said)  # there is nothing to choose from
        return
    if likely and not is_open:
        chat.say("utter_which_article", buttons=article_buttons(chat, likely))
    elif is_open:
        chat.offer_person("utter_no_article")
    elif say_nearest(chat, act):
        return
    else:
        chat.offer("person", "utter_no_article", [chat.words.person()])
    chat.did("not_understood", act.intent)


def search(chat: Chat, topic: str | None = None, text: str | None = None) -> list[Hit]:
    """Articles for the message; one that leans on the question before is read with it."""
    notes, language = chat.state.notes, chat.turn.language
    text = chat.turn.text if text is None else text
    if not text:
        return []
    text = at_that_place(text, notes.get("zone_asked_of"), language)
    # "Do you take cards?" after a question on delivery to Japan is no question on Japan.
    about_place = "delivery" if notes.get("zone_asked_of") else topic
    same_topic = topic in {None, notes.get("topic_asked_of") or about_place}
    follows = matter(chat) is not None and same_topic
    before = str(notes.get("asked_of_articles") or "") if follows else ""
    zone_before = notes.get("zone_asked_of") if follows else None
    leans = asks_of_no_goods(chat)
    question = in_context(text, before, zone_before, language, goes_on=leans)
    category = category_in_focus(chat)
    note_asked(chat, before if before and before in question else question, topic)
    not_served = where_we_do_not_deliver(question, language)
    # An article may name the very place, and a fragment may say enough: the surer reading counts.
    about = matter(chat)
    leaning = about in {None, topic} or leans_on_it(text, language)
    anew = named_anew(chat, about) if leaning else text
    if anew == chat.turn.text:
        anew = text  # nothing points back: what was put in other words stays so
    readings = [not_served] if not_served else [question, *([anew] if anew != text else []), text]
    found = [
        chat.services.knowledge.search(
            one, language, topic=topic, category=category, told=goes_on_from(chat)
        )
        for one in readings
    ]
    told = notes.get("told_of_articles")
    named = found[-2] if anew != text and not not_served else []
    if named and named[0].is_confident and _told(named[0]) != told:
        return named  # with the matter named nothing before it need be known
    found = [_as_asked_alone(hits, found[-1], told) for hits in found]
    news = [hits for hits in found if hits and _told(hits[0]) != told]
    return max(news or found, key=lambda hits: hits[0].score if hits else 0.0)


def _as_asked_alone(hits: list[Hit], alone: list[Hit], told: object) -> list[Hit]:
    """ "And dry it?", read with the question before it, finds what was just told of washing: of
    that article the words alone find another sentence."""
    if not hits or _told(hits[0]) != told:
        return hits
    slug = hits[0].article.slug
    other = next((one for one in alone if one.article.slug == slug and _told(one) != told), None)
    if other is None:
        return hits
    answers = replace(hits[0], said=other.said, place=other.place, polarity=other.polarity)
    return [answers, *hits[1:]]


def note_asked(chat: Chat, question: str, topic: str | None) -> None:
    """Keep what articles were asked for, and of which goods, to read on from it."""
    chat.state.notes["category_asked_of"] = category_in_focus(chat)
    chat.state.notes["asked_of_articles"] = question[:LONGEST]
    chat.state.notes["zone_asked_of"] = zone_of(question)
    chat.state.notes["topic_asked_of"] = topic


def _told(hit: Hit) -> str:
    """What a hit would tell, to know it again: nobody asks on for what was just said."""
    return f"{hit.article.slug} {hit.place}"


def was_told(chat: Chat, hit: Hit) -> bool:
    """Whether this very sentence is what was told last."""
    return _told(hit) == chat.state.notes.get("told_of_articles")


def told_article(chat: Chat) -> Article | None:
    """The article that was told last, while it is talked of."""
    state = chat.state
    if state.last.did != "article" or state.focus.kind != "article" or not state.focus.article:
        return None
    return chat.services.knowledge.article(state.focus.article, chat.turn.language)


def goes_on_from(chat: Chat) -> str | None:
    """The article that the message goes on with by its words; None where it stands alone."""
    state = chat.state
    if state.last.did != "article" or state.focus.kind != "article":
        return None
    goes_on = leans_on_it(chat.turn.text, chat.turn.language) or asks_of_no_goods(chat)
    return state.focus.article if goes_on else None


# What is asked of goods, which are named or on show.
OF_GOODS: Final = frozenset(
    {"ask_product_details", "ask_restock_date", "check_stock", "ask_price", "search_product"}
)


def asks_of_no_goods(chat: Chat) -> bool:
    """ "Can I use normal detergent": heard as asked of goods, of which none are said."""
    if chat.turn.intent not in OF_GOODS or chat.turn.is_button:
        return False
    heard = hear(chat)
    return heard.query.is_empty and not (heard.named or heard.pointed or heard.in_focus)


def matter(chat: Chat) -> str | None:
    """The topic of the article just told, or of those that were to choose from; else None."""
    state, article = chat.state, told_article(chat)
    if article is not None:
        return article.topic
    if state.last.did == "refused" and (task := task_of(chat, state.last.intent)) is not None:
        of_parcel = task.topic == "orders" and state.focus.kind == "order"
        return "delivery" if of_parcel else task.topic  # "and if I refuse it at the door?"
    if state.last.did in {"article", "not_understood"}:
        return TOPIC_OF_INTENT.get(state.last.intent)
    return None


def category_in_focus(chat: Chat) -> str | None:
    """The category that is named, else that of the product spoken of, else that of which articles
    were asked before."""
    named = chat.turn.first("category")
    if named is None and matter(chat) is not None:
        named = chat.state.notes.get("category_asked_of")
    if named is not None or chat.state.focus.kind != "product" or not chat.state.focus.product:
        return named
    with chat.services.database.reading() as session:
        product = get_product(session, chat.state.focus.product, now=chat.turn.now)
    return None if product is None else product.category


LONGEST: Final = 160

# One thing more, and what is meant by a word that points back.
_ONE_MORE: Final = re.compile(
    r"^(?:and|or|also|but|so|even|without|what if|how about|what about)\b"
    r"|^how (?:long|much|many)\b.{0,24}$"
    r"|\b(?:then|in that case|otherwise)\W*$"
    r"|^(?:那|那么|还有|就算|即使|如果|或者|要是)|呢[?？]?$"
    r"|^(?:怎么|咋|如何|去哪|在哪|需要|要|用啥|用什么|用哪种)[^，。]{1,6}$|^[^，。]{2,6}[不么吗]$",
    re.IGNORECASE,
)
_POINTS: Final = re.compile(
    r"\b(?:it|that|this|they|them|those|there)\b|[这那它](?!么)", re.IGNORECASE
)


def asks_one_more(text: str) -> bool:
    """Whether the words go on from something: "and by invoice?"."""
    return _ONE_MORE.search(text.strip()) is not None


def leans_on_it(text: str, language: Language) -> bool:
    """Whether the words lean on what was just told: "or with my neighbour", "is that covered"."""
    text = text.strip()
    few: int = phrase(language, "actions", "articles.short")
    points = _POINTS.search(text) is not None and length(text, language) <= few
    return points or asks_one_more(text)


def say_points(chat: Chat) -> bool:
    """How many points a known customer has and what they are worth; False for a guest."""
    if chat.signed_in is None:
        return False
    with chat.services.database.reading() as session:
        found = access_customer(session, chat.signed_in)
    if found is None:
        return False
    points, rule = found.loyalty_points, chat.services.policy.points
    response = "utter_points" if points >= rule.step else "utter_points_few"
    off = Money(rule.off(max(points, rule.step)), chat.services.settings.currency)
    chat.say(response, points=points, worth=chat.words.money(off))
    return True


def just_said(chat: Chat, hit: Hit) -> bool:
    """Whether a question read with the one before gets the same answer again: then it is read
    alone."""
    last = chat.state.notes.get("article_said")
    told = chat.state.last.did == "article" and chat.state.focus.article == hit.article.slug
    return told and last == (hit.said or hit.article.answer)[:LONGEST]


def say_hits(chat: Chat, hits: list[Hit]) -> None:
    """The sentence that answers, with the whole article and the next best as buttons."""
    hit = hits[0]
    article = hit.article
    said = hit.said or article.answer
    chat.state.notes["article_said"] = said[:LONGEST]
    related = [one for one in hits[1:] if one.is_confident]
    buttons = article_buttons(chat, related)[:-1] if related else []
    more = read_on(chat, article, said)
    buttons = [*more, *buttons]
    first = _yes_or_no(chat, hit)
    chat.state.notes["told_of_articles"] = _told(hit)
    if article.topic in {"products", "sizes"} and not chat.state.shown.keys:
        keep_kinds(chat, hear(chat).query)  # "do you have any for -10?" means those
    say_article(chat, f"{first}{said}", article.title, article.slug, buttons, whole=article)


def read_on(chat: Chat, article: Article, said: str) -> list[Button]:
    """A button for the whole article, where more stands in it than was said."""
    if "".join(said.split()) == "".join(article.body.split()):
        return []
    payload = f'/ask_order_process{{"slug":"{article.slug}"}}'
    return [Button(chat.words.text("read_more"), payload)]


# What yes and no are called depends, in Chinese, on the verb of the question.
_VERBS: Final = (
    ("need", re.compile(r"需要|要不要|(?<!想)要.*吗|必须")),
    ("have", re.compile(r"有没有|有.*吗|^有")),
    ("will", re.compile(r"会")),
    ("can", re.compile(r"能|可以|可不可以|行|得了|支持|接受|给|收")),
)
_ASKS_WHAT: Final = re.compile(
    r"^(?:and |so |but )?(?:how|what|when|where|which|who|why)\b|几|多久|多少|什么|哪|怎么|咋|谁",
    re.IGNORECASE,
)
ASKS_WHETHER: Final = re.compile(r"吗|[么嘛不没][?？。]?$|(.)[不没]\1")
_LOSES: Final = re.compile(r"\b(?:lose|lost|gone|void)\b|会没|没了|丢|作废|清零|失效|消失", re.I)
_SAYS_SO: Final = re.compile(r"yes\b|no\b|可以|是的|不可以|欢迎|没有", re.IGNORECASE)


def _yes_or_no(chat: Chat, hit: Hit) -> str:
    """Yes or no, where people have said that the sentence means it; else nothing."""
    if hit.polarity not in {"yes", "no"} or _SAYS_SO.match(hit.said):
        return ""
    text = chat.turn.text.strip()
    if _ASKS_WHAT.search(text) and not ASKS_WHETHER.search(text):
        return ""  # "how many days to Iceland?" is answered by neither
    if _LOSES.search(text):
        return ""  # "are my points lost?" turns the yes of "do I keep my points?" round
    verb = next((name for name, words in _VERBS if words.search(chat.turn.text)), "be")
    return chat.words.text(f"{hit.polarity}.{verb}")


def say_article(
    chat: Chat,
    answer_text: str,
    title: str,
    slug: str,
    buttons: list[Button] | None = None,
    *,
    response: str = "utter_article",
    whole: Article | None = None,
) -> None:
    """An answer with the article it is from; `whole` may be read on where it is shown."""
    read_more = chat.words.text("read_more")
    cards = [
        ArticleCard(whole.title, whole.body, f"/help/{whole.slug}", one.title)
        for one in buttons or []
        if whole is not None and one.title == read_more
    ]
    chat.say(response, buttons=buttons or [], cards=cards, answer=answer_text, title=title)
    chat.state.focus.article, chat.state.focus.kind = slug, "article"
    chat.did("article", subject=slug)


def article_buttons(chat: Chat, hits: list[Hit]) -> list[Button]:
    """Articles to choose from, and a person."""
    buttons = [
        Button(hit.article.title, f'/ask_order_process{{"slug":"{hit.article.slug}"}}')
        for hit in hits
    ]
    return [*buttons, chat.words.person()]


def answered(chat: Chat, act: Act, about: str = "") -> bool:
    """Whether an article surely answers what no intent was found for; `about` is the task that a
    question leans on."""
    hits = search(chat, text=f"{about}: {chat.turn.text}" if about else None)
    if not hits or not hits[0].is_confident or act.intent == "out_of_scope":
        return False
    say_hits(chat, hits)
    return True
