"""Chinese messages as shoppers write them, with the entities in them marked [so](entity).

Patterns were improved by looking at DEVELOPMENT only; HELD_OUT was written before and kept aside.
"""

import re

from understanding.entities.units import Annotated, Span, checked

DEVELOPMENT = (
    "[42](size)码的[登山鞋](category)还有货吗",
    "这双鞋有没有[四十二](size)码",
    "我穿[XL](size)的，[L](size)太紧了",
    "预算[五百块](price)左右",
    "[三百](price)以内的[帐篷](category)",
    "[一百五十块](price)以下有没有",
    "[两千](price)左右的[冲锋衣](category)推荐一下",
    "[1,299元](price)的那款",
    "有没有[80欧](price)以下的[短袖](category)",
    "订单[10482](order_number)什么时候到",
    "单号是[10433](order_number)，[明天](date)能到吗",
    "我[12月3号](date)要出发",
    "[十二月三号](date)之前能到吗",
    "[下周三](date)送可以吗",
    "[大后天](date)我不在家",
    "[月底](date)之前能补货吗",
    "[这周末](date)有活动吗",
    "[2026年1月5日](date)送达",
    "我要[两](quantity)件[黑色](colour)的",
    "给我来[三](quantity)双[袜子](category)",
    "买[十二](quantity)条[裤子](category)有优惠吗",
    "第一次买，选[均码](size)行吗",
    "换成[大码](size)",
    "有[加大码](size)吗",
    "要[M](size)码",
    "[中号](size)的[背包](category)有吗",
    "[36.5](size)码有吗",
    "[第二个](ordinal)",
    "要[最后一个](ordinal)",
    "我的手机是[13912345678](phone)",
    "邮箱[li.na@fernweg.example](email)，订单[10511](order_number)",
    "快递单号[SF1234567890123](tracking_number)",
    "[国庆](date)期间发货吗",
    "[前天](date)下的单，[昨天](date)发货了吗",
    "身高175穿[L](size)还是[XL](size)",
    "有[3](quantity)个人，[帐篷](category)够大吗",
    "[深蓝](colour)的[羽绒服](category)[S](size)码",
    "[星期五](date)以前要到",
    "[1月8号](date)生日，来得及吗",
    "想要[浅蓝](colour)色的[裙子](category)，[一百](price)以内",
    "[今晚](date)能发货吗",
    "[上个月](date)买的，还能退吗",
    "[TRAIL20](coupon)这个码用不了",
    "40升的[背包](category)多少钱",
    "我10岁的儿子穿多大",
)
HELD_OUT = (
    "[43](size)码[跑鞋](category)有吗",
    "[三十九](size)码半的鞋有货吗",
    "[XXL](size)有没有",
    "预算[八百](price)左右",
    "[两百块](price)以内的[手套](category)",
    "[一千五](price)以下的[睡袋](category)有吗",
    "[60欧元](price)以下",
    "价格[2,199元](price)太贵了",
    "帮我看看[10467](order_number)到哪了",
    "订单号[10399](order_number)我想退",
    "[三月八号](date)之前要收到",
    "[5月20日](date)到得了吗",
    "[下周一](date)再送吧",
    "[后天](date)出发来得及吗",
    "[下个月](date)会降价吗",
    "[周末](date)送货吗",
    "[月初](date)买的能退吗",
    "[2026年2月14日](date)送到",
    "[四](quantity)件[白色](colour)的",
    "拿[五](quantity)双[袜子](category)",
    "要[二十](quantity)件给公司",
    "[小码](size)还有吗",
    "[小号](size)换[大号](size)",
    "给我[S](size)码",
    "[均码](size)能穿吗",
    "[第三款](ordinal)多少钱",
    "[最后一件](ordinal)",
    "电话[15800001111](phone)",
    "[wang@shop.example](email)是我的邮箱",
    "运单[JD000098765432](tracking_number)",
    "[春节](date)前能到吗",
    "[双十一](date)买的",
    "[昨天](date)刚收到就坏了",
    "[橙色](colour)[帐篷](category)[三](quantity)个人够用吗",
    "[军绿](colour)的[夹克](category)要[L](size)码",
    "[礼拜天](date)能送吗",
    "[明晚](date)之前可以吗",
    "[PACKS15](coupon)能抵多少",
    "[上周](date)下的单",
    "[粉色](colour)[连衣裙](category)，[M](size)的，[两百五十元](price)以内",
    "[11月11号](date)付的款",
    "有[七十块](price)以下的[帽子](category)吗",
    "20升的水袋有吗",
    "我女儿8岁，身高130",
    "[后天](date)早上送一件过来",
)
_MARK = re.compile(r"\[([^\]]+)\]\((\w+)\)")


def annotated(marked: str) -> Annotated:
    """A marked message as its text and spans."""
    spans, text, last = [], "", 0
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        spans.append(Span(found[2], len(text), len(text) + len(found[1])))
        text, last = text + found[1], found.end()
    return checked(text + marked[last:], spans)
