"""Turns of phrase at a yes-or-no question that are neither a plain yes nor a plain no."""

import re
from typing import Final

from dialogue.polarity import normalised

_OPENS: Final = re.compile(
    r"(?:ok(?:ay)?|k|alright|all right|right|fine|good|so)\b|嗯|哦|好吧|行吧"
)
# "Ok, and also …" agrees first.
_GOES_ON: Final = re.compile(
    rf"(?:{_OPENS.pattern})(?:[ ,]+(?:then|so|well|but))?[ ,]+(?!and\b|also\b|plus\b|yes\b|do\b)"
    r"(?:i|we|can|could|let|what|how)\b"
)
_WANTS: Final = re.compile(
    r"\b(?:don'?t|dont|no|not)\b.+\b(?:i|we) (?:just )?(?:want|need|would rather|'d rather)\b"
    r"|不.+(?:我(?:就|只|现在|还是)?[要想]|要么|给我|我只)"
)
_ONLY: Final = re.compile(r"(?:only|just) (?:\w+ ?){1,2}|[只就光仅]\w{1,6}")
SWAPS: Final = frozenset({"exchange", "change_item", "exchange_items", "change_items"})
# "Okay, I'll take the blue": what is left of it once the blue one is known.
_TAKES: Final = re.compile(
    r"(?:(?:i'?ll|i will|we'?ll|let'?s|lets|i'?d|just|then|please|would) )*"
    r"(?:take|have|go with|go for|prefer|like|want|get|choose)"
    r"(?: (?:the|that|this|it|one|please|then))*"
    r"|(?:那|就|我|还是|给我|帮我)*(?:要|拿|选|换|来|改)(?:成|个|这|那|的|吧|好了|就行|件|双)*"
)
_SWAPS: Final = re.compile(r"\b(?:swap|exchange|change|replace)|换|改|补|重发")
_GIVES_BACK: Final = re.compile(r"\b(?:return|refund|cancel|back)|退|取消|去掉|删")
_KEEPS: Final = re.compile(r"\b(?:keep|leave|not|no)\b|留|别|不|没|等|看|问")
_ONLY_TELLS: Final = re.compile(
    r"\b(?:just|only) (?:wanted to |want to |thought i'?d |thought i would )?"
    r"(?:let(?:ting)? you (?:guys |all )?know|tell(?:ing)? you|mention(?:ing)?|inform(?:ing)? you"
    r"|giv(?:e|ing) (?:you )?(?:some )?feedback|fyi)\b|\bfor your information\b"
    r"|\bnothing (?:is|was|'s|got) (?:broken|damaged|missing|wrong)\b"
    r"|\b(?:goods|items?|contents?|product|clothes|stuff|everything|it)"
    r"(?: inside)? (?:is|are|was|were|'s) "
    r"(?:still )?(?:fine|ok|okay|intact|undamaged|not damaged|not broken)\b"
    r"|反映一下|反馈一下|[跟和给]你们(?:说|讲|提)|告诉你们|说一声|提个?(?:建议|意见)"
    r"|[倒都也]?没(?:坏|破|什么?事)|不影响(?:用|使用|穿)|完好"
)
_LETS_BE: Final = re.compile(
    r"(?:^|[,.;!] ?|\b(?:then|so|just|no|fine|ok|okay|please|actually|rather|better|lets|let's|you can) )"
    r"(?:leave it(?: as it is| be| then)?|never ?mind|forget (?:it|about it)|keep it as it is)"
    r"(?:[ ,]*(?:thanks|thank you|then|please|sorry))*[ .!]*$"
    r"|(?:算了|不用了|不换了|不退了|不改了|就这样吧|不弄了|没事了|不用改了)"
    r"(?:[吧啊，, ]*(?:太?麻烦了?|不[弄搞买要]了?|没事|随便|都行))?[吧啊。！!谢 ]*$"
)
_HAS_COME: Final = re.compile(
    r"\b(?:just|only|already|finally) (?:got|received|arrived|came)\b"
    r"|\b(?:got|received) (?:it|them) (?:\w+ ){0,3}(?:ago|yesterday|today|last)\b"
    r"|(?<!没)(?<!没有)(?<!还没)(?:刚|才|已经)?收到(?:货|手)?(?:了|才|刚|就|[一二两三四五六七八九十\d])|到手"
)
_SEES: Final = re.compile(
    r"(?:(?:ok|okay|oh|ah|hm+|right)[ ,.]*)*(?:i see|understood|got it|noted)[ .!]*"
    r"|(?:好吧|好的?|哦|噢|嗯|行吧?|[，, ])*(?:了解|知道|明白|懂|晓得)了?"
    r"[吧啦哈。！ ]*(?:谢谢)?[。！ ]*"
)


def opens_a_question(text: str) -> bool:
    """ "Ok and …" opens a question, it agrees to nothing."""
    return _OPENS.match(normalised(text)) is not None


def goes_on_to(text: str) -> bool:
    """ "Ok then I want …" goes on to something else, it agrees to nothing."""
    return _GOES_ON.match(normalised(text)) is not None


def wants_instead(text: str) -> bool:
    """ "I want no X, I want Y": what is refused is not all that is said."""
    return _WANTS.search(normalised(text)) is not None


def restricts(rest: str, task: str) -> bool:
    """Whether the words behind a yes only say what alone it is a yes to: "only the hat".

    "Only swap the hat" is no yes to cancelling it.
    """
    other = _GIVES_BACK if task in SWAPS else _SWAPS
    return _ONLY.fullmatch(rest) is not None and not (other.search(rest) or _KEEPS.search(rest))


# "No, it's about X and Y and nothing else": a no to more than what was named.
_NO_MORE: Final = re.compile(
    r"\b(?:and |but )?(?:nothing|no) (?:else|more|other)\b|\b(?:only|just) (?:those|these|that|this|them|it)\b"
    r"|(?:没有?|不是?)(?:别的|其他)|就这[些个两几]"
)
_SPEAKS_OF: Final = re.compile(
    r"\b(?:it'?s|its|this is|that is|i'?m|i mean|i meant|i want|talking|about|only|just|both)\b|[就只是说要的这些]|[一两二三几][件个样双条]"
)


def restates(text: str, rest: str, named: tuple[str, ...]) -> bool:
    """Whether words behind a no only say that nothing more was meant; `rest` are those that the
    question, which has `named` things, does not explain."""
    if _NO_MORE.search(normalised(text)) is None:
        return False
    left = _SPEAKS_OF.sub(" ", _NO_MORE.sub(" ", rest))
    known = {word for one in named for word in re.findall(r"\w+", normalised(one))}
    return set(re.findall(r"\w+", left)) <= known


def takes(rest: str) -> bool:
    """Whether the words behind a yes only say that it is taken: "ok, I'll take the blue"."""
    return _TAKES.fullmatch(rest) is not None


def has_come(text: str) -> bool:
    """Whether it is said that the goods are there: 刚收到三天."""
    return _HAS_COME.search(normalised(text)) is not None


_TURNED_UP: Final = re.compile(
    r"\b(?:found (?:it|them)|(?:it|they)(?:'?s| is|'?re| are)? (?:here|there) (?:now|after all)"
    r"|(?:it|they) (?:just |have |has |has just |did )?(?:came|arrived|come|turned up|showed up)"
    r"|(?:i )?(?:just |have )?got (?:it|them)(?: now| though| after all| already)?)\b"
    r"|(?<!没)(?<!没有)找到了|(?<!没)(?<!没有)收到了|(?<!没)到了(?!没|吗)"
)
_NOT_YET: Final = re.compile(r"\b(?:not|never|n't|nt|no|if|when|until|still)\b|没|如果|要是")


def turned_up(text: str) -> bool:
    """Whether what was lost is said to be there after all."""
    plain = normalised(text)
    return _TURNED_UP.search(plain) is not None and _NOT_YET.search(plain) is None


def names_a_way(text: str) -> bool:
    """Whether something is said of giving back or changing, whatever is said of it."""
    plain = normalised(text)
    return _SWAPS.search(plain) is not None or _GIVES_BACK.search(plain) is not None


def lets_be(text: str) -> bool:
    """Whether it ends with letting things be: "no, olive is fine, leave it"."""
    return _LETS_BE.search(normalised(text)) is not None


# "Fine, I'll wait then", "let me think about it": takes nothing of what is offered or asked.
_PUTS_OFF: Final = re.compile(
    r"(?:(?:ok|okay|fine|right|alright|all right|hm+|no|thanks|well|actually|good|so|then)[ ,.!]*)*"
    r"(?:(?:i'?ll|i will|we'?ll|we will|let me|i(?: just)? (?:want|need) to|i'?d rather|i might) )"
    r"(?:just |rather |have to |need to )?(?:wait(?: and see| a bit| a little| (?:a )?(?:few )?(?:more )?days?)?"
    r"|think (?:about it|it over|on it)|have a think|sleep on it|look around|see|come back(?: later)?"
    r"|get back to you|ask my (?:wife|husband|partner|mum|mother|dad|friend)s?)"
    r"(?: (?:then|first|later|tomorrow|again))*(?:[ ,.!]*(?:thanks|thank you|cheers))*[ .!]*"
    r"|(?:(?:ok|okay|maybe|hm+|well|rather|no)[ ,.]*)*(?:later|another time|next time|some other time)"
    r"(?: (?:then|maybe|please|thanks))*[ .!]*|(?:i'?m )?not in a (?:hurry|rush)[ .!]*"
    r"|(?:(?:ok|okay|fine|right|alright|oh|so|then|well)[ ,.!]*)*(?:i'?ll|i will|we'?ll) (?:\w+ ){1,5}"
    r"(?:once|when|after) (?:it|they|that|the parcel|the package)(?:'s|'re| is| are| has| have)? ?(?:here|there|come|comes|arrived?s?)(?: then)?[ .!]*"
    r"|(?:好吧|好的?|行吧?|嗯|哦|那|[，, ])*(?:等)?(?:我|我们)?(?:等)?(?:收|到|拿)(?:到|货|手)*(?:了|之?后|以后)*再(?:说|看|退|换|联系|办)(?:吧|了|[，。！ ])*"
    r"|(?:好吧|好的?|行吧?|嗯|哦|那|算了|[，, ])*(?:我|我们)?(?:就|先|还是|再|要)*"
    r"(?:考虑(?:一下|考虑|看看|下)?|想想|想一想|看看|等等|等着|等一等|等(?=吧)|等几天|等两天|回头再说|以后再说|下次再说|不急|不着急)"
    r"(?:再说|吧|看|了|哈|啊|谢谢|[，。！ ])*"
)


def puts_off(text: str) -> bool:
    """Whether it is put off: nothing is taken of what is offered, and nothing asked."""
    plain = normalised(text)
    return _PUTS_OFF.fullmatch(plain) is not None and plain not in _HOLD_ON


# Said at once, these ask for a moment.
_HOLD_ON: Final = frozenset({"等等", "等一等", "看看", "想想", "i'll see", "let me see"})


def only_tells(text: str) -> bool:
    """ "Just letting you know, nothing is broken": tells something and wishes nothing."""
    return _ONLY_TELLS.search(normalised(text)) is not None


def only_sees(text: str) -> bool:
    """ "I see" to an offer takes nothing."""
    return _SEES.fullmatch(normalised(text)) is not None


_CLOSES: Final = re.compile(
    r"\b(?:that|this|those|these|they)(?:'?s| is| are| was| were|'?ll be| will be|'?re) (?:all|everything|it for (?:now|today))\b|\bnothing (?:else|more)\b"
    r"|\bthat'?s it for (?:now|today)\b|就这些|没有?(?:别的|其他)|没事了",
    re.IGNORECASE,
)


_ASKS_HOW: Final = re.compile(
    r"\bhow (?:long|soon|fast|much)\b|\bwho (?:pays|covers)\b"
    r"|多久|多长时间|几天|几号|(?:什么|啥)时候|多少钱|要钱|收费|(?:运费|邮费)[^，。]{0,3}谁|谁[出付承]",
    re.IGNORECASE,
)


def asks_how(text: str) -> bool:
    """Whether a question is of time or money: 补发要多久 chooses nothing yet."""
    return _ASKS_HOW.search(text) is not None


_CANNOT: Final = re.compile(
    r"\b(?:can'?t|cannot|can not|couldn'?t|could not|unable|not able)\b|不能|没法|无法|[拍发传]不了",
    re.IGNORECASE,
)


def cannot(text: str) -> bool:
    """Whether something is said to be impossible: "I can't send a photo" picks no "Send it again"."""
    return _CANNOT.search(text) is not None


_WORRIES: Final = re.compile(
    r"(?:该|会)?不会[^，。！？]{0,8}[吧啊呀][?？!！。]*$|别是[^，。！？]{1,8}吧"
    r"|\b(?:it'?s|that'?s|it is|hope it(?:'s| is)) not (?:lost|gone|stolen)\b"
)


_ENDS_IT: Final = re.compile(
    r"算了(?:[吧啊]|不用了|[，, ]*谢谢?)*[。！! ]*$|\b(?:never ?mind|forget (?:it|about it))(?: then| thanks)*[ .!]*$"
)


def ends_it(text: str) -> bool:
    """Whether it comes to letting things be, whatever is said before: 都发了啊 那算了."""
    return _ENDS_IT.search(normalised(text)) is not None


def worries(text: str) -> bool:
    """Whether it is feared that something has happened: 不会丢了吧 ends nothing."""
    return _WORRIES.search(normalised(text)) is not None


def thanks(text: str) -> bool:
    """Whether thanks are said."""
    return _THANKS.search(text) is not None


_THANKS: Final = re.compile(r"\bthank|\bthx\b|\bcheers\b|谢|感谢|辛苦", re.IGNORECASE)


def closes(text: str) -> bool:
    """Whether words say that there is nothing more: "that was all, thanks"."""
    return _CLOSES.search(text) is not None
