"""What of a product a question asks: its weight, whether it is waterproof, how to wash it."""

import re
from dataclasses import dataclass
from typing import Final

from actions.browsing.hearing import Heard
from catalogue_search.query import Constraint

# Topics in the order in which they are looked for, and how people ask for them.
_TOPICS: Final = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("care", r"\bwash(?:ed|ing|able)?\b|\bclean(?:ed|ing)?\b|\btumble|\bdry(?:er| it)\b|\biron\b|\bcare for\b"
                 r"|\b(?:re)?proof(?:ing)? (?:it|them)\b|\bwax\b|\bstore it\b|洗|清洁|保养|烘干|打理|晾|熨"),
        ("fit", r"\bruns? (?:small|large|big)\b|\btrue to size\b|\bsize (?:up|down)\b|\bhow (?:do|does) (?:it|they) fit\b"
                r"|\btight or\b|\bfit like\b|偏大|偏小|正码|版型|尺码准|码数准"),
        ("count", r"\bhow many\b[^?]*\b(?:left|stock|available)\b|\bhow many (?:have|do) you\b|剩多少|剩几|库存"),
        ("volume", r"\bhow many (?:lit(?:er|re)s?|l)\b|\blit(?:er|re)s?\b|\bvolume\b|\bcapacity\b|\bhow (?:big|large|much (?:does it|can it) (?:hold|fit))\b"
                   r"|\bml\b|多少升|几升|容量|容积|多大(?!码)"),
        ("weight", r"\bweigh[ts]?\b|\bhow (?:heavy|light)\b|\bheavy\b|\bgrams?\b|多重|多少克|几斤|重量|重不重|沉不沉|有多沉|多沉|几公斤"),
        ("persons", r"\bhow many (?:people|persons?)\b|\bsleep(?:s)? how\b|\bfor how many\b|几个?人|多少人|几人"),
        ("brightness", r"\blumens?\b|\bhow bright\b|流明|多亮|亮度|亮不亮"),
        ("insulation", r"\br[- ]?value\b|R\s?值"),
        ("rating", r"\breviews?\b|\bratings?\b|\bstars?\b|\bwhat do (?:others|people|customers)\b|评价|评分|口碑|好评|几星"),
        ("warmth", r"\bhow warm\b|\bwarm enough\b|\btemperature\b|\bcomfort\b|\bfreeze\b|\bdegrees\b|\bhow cold\b|多暖|多少度|几度|保暖|暖和|温标|冷不冷|适温|零下"),
        ("depth", r"\bswim|\bdiv(?:e|ing)\b|\bhow deep\b|游泳|潜水|多深"),
        ("colour", r"\b(?:what|which|other|any other) colou?rs?\b|\bcolou?rs? (?:does|do|are|is)\b|什么颜色|哪些颜色|哪几个颜色|几种颜色|别的颜色|其他颜色|颜色有"),
        ("size", r"\b(?:what|which|all) sizes\b|\bsizes? (?:does|do|are)\b|\bsize range\b|什么尺码|哪些尺码|有哪些码|几个码|哪些码"),
        ("material", r"\bmaterials?\b|\bfabric\b|\bmade (?:of|from|out)\b|\bfill(?:ed|ing)?\b|材质|面料|什么材料|什么做的|填充"),
        ("season", r"\bwhich season\b|\bwhat season\b|\bseason\b|什么季节|哪个季节|几季"),
        ("brand", r"\bwhich brand\b|\bwho makes\b|\bwhat brand\b|什么牌子|哪个牌子|什么品牌"),
        ("water_column", r"\bwater column\b|\bhow waterproof\b|防水(?:指数|系数|等级)"),
        ("gender", r"\b(?:men'?s|women'?s|unisex)\b[^?]*\?|男款还是女款|男女(?:通用|都)"),
        ("price", r"\bhow much\b|\bprice\b|\bcosts?\b|多少钱|价格|什么价"),
    )
)  # fmt: skip
# A question that wants a detail of its own, which no attribute is known for.
_DETAIL: Final = re.compile(
    r"\?|？|吗|么$|嘛|几|多少|什么|怎么|如何|能不能|可以|会不会|是不是|有没有"
    r"|^\s*(?:is|are|does|do|can|could|will|would|has|have|how|what|which|where|who|why|when|should)\b",
    re.IGNORECASE,
)
_TELL: Final = re.compile(
    r"\btell me (?:more|about)\b|\bmore (?:about|info|details?)\b|\bdetails?\b|\bdescribe\b|\blook(?:s)? like\b"
    r"|\bwhat is (?:it|this|that)\b|\bwhat(?:'s| is) the\b[^?]{0,30}$|介绍|详情|详细|怎么样|看看",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """What is asked: topics by name, constraints to say yes or no to, an occasion to be good for."""

    topics: tuple[str, ...] = ()
    checks: tuple[Constraint, ...] = ()
    occasion: str | None = None
    wants_detail: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing in particular is asked."""
        return not (self.topics or self.checks or self.occasion)


def asked_of(text: str, heard: Heard) -> Asked:
    """What a message asks of a product."""
    topics = [name for name, pattern in _TOPICS if pattern.search(text)]
    query = heard.query
    outright = [one for one in query.constraints if one.strength == "hard" or not query.occasion]
    checks = [
        one
        for one in outright
        if one.attribute in {"feature", "material", "season", "gender", "kind", "brand", "persons",
                             "weight", "volume", "comfort", "price", "water_column", "brightness"}
        and one.operator not in {"little", "much", "above", "below"}
    ]  # fmt: skip
    if "care" in topics:
        topics = ["care"]
    elif any(one.attribute in {"feature", "material"} for one in checks):
        topics = [name for name in topics if name not in {"material", "warmth", "season"}]
    if any(one.attribute == "comfort" for one in checks):
        topics = [name for name in topics if name != "warmth"]
    wants = bool(_DETAIL.search(text)) and not _TELL.search(text)
    return Asked(tuple(topics[:2]), tuple(checks), query.occasion, wants)
