"""The new words of a mail: quotes and signatures of every program go, nothing else does."""

import pytest

from connectors.email.markup import words_of
from connectors.email.quoting import new_words

ANSWER = "The black one, please."
QUOTES = {
    "gmail": "On Fri, 4 May 2001 at 14:05, Shop <help@shop.example> wrote:\n\n> Which one?\n> Red?",
    "gmail, folded": "On Fri, May 4, 2001 at 2:05 PM Concierge of the Shop\n"
    "<help@shop.example> wrote:\n> Which one?",
    "yahoo, unquoted": "On Friday, May 4, 2001, 2:05 PM, Shop <help@shop.example> wrote:\n\n"
    "Which one?\nRed or black?",
    "german": "Am Fr., 4. Mai 2001 um 14:05 Uhr schrieb Shop <help@shop.example>:\n\n> Which one?",
    "french": "Le ven. 4 mai 2001 à 14:05, Shop <help@shop.example> a écrit :\n> Which one?",
    "a language not told": "4.5.2001 14:05, Shop <help@shop.example> kirjoitti:\n> Which?",
    "chinese": "Shop <help@shop.example> 于2001年5月4日周五 14:05写道：\n\n> 要哪一个？",
    "chinese, unquoted": "在 2001-05-04 14:05:44，Shop <help@shop.example> 写道：\n要哪一个？",
    "outlook": "From: Shop <help@shop.example>\nSent: Friday, May 4, 2001 2:05 PM\n"
    "To: Mia <mia@example.com>\nSubject: Re: boots\n\nWhich one?",
    "outlook, german": "________________________________\nVon: Shop <help@shop.example>\n"
    "Gesendet: Freitag, 4. Mai 2001 14:05\nAn: Mia\nBetreff: AW: boots\n\nWhich one?",
    "outlook, old": "-----Original Message-----\nFrom: Shop [mailto:help@shop.example]\n"
    "Sent: Friday, May 4, 2001 2:05 PM\nTo: Mia\nSubject: boots\n\nWhich one?",
    "outlook, chinese": "发件人: Shop <help@shop.example>\n发送时间: 2001年5月4日 14:05\n"
    "收件人: Mia <mia@example.com>\n主题: Re: boots\n\n要哪一个？",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Shop" <help@shop.example>;\n'
    '发送时间: 2001年5月4日(星期五) 下午2:05\n收件人: "Mia"<mia@example.com>;\n主题: boots\n\n要？',
}
SIGNATURES = [
    "-- \nMia Huber\nACME GmbH\n+43 1 234567",
    "--\nMia",
    "Sent from my iPhone",
    "Sent with Proton Mail secure email.",
    "Get Outlook for iOS",
    "发自我的iPhone",
    "Best regards,\nMia Huber\nHead of Everything\nACME GmbH · www.acme.example · +43 1 234567",
    "Kind regards\n\nMia",
    "Thanks!\nMia",
    "此致\n敬礼\n李雷",
    "谢谢！\n李雷",
    "-Mia",
    "Cheers, \nMia\n\nSent from my iPhone",
    "Regards,\nMia\n\nThis e-mail is confidential and intended only for the addressee; delete it.",
]


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_what_is_quoted_goes(quote: str) -> None:
    assert new_words(f"{ANSWER}\r\n\r\n{quote}\r\n", is_reply=True) == ANSWER


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_go_above_and_below_what_is_quoted(signature: str) -> None:
    assert new_words(f"{ANSWER}\n\n{signature}\n") == ANSWER
    assert new_words(f"{ANSWER}\n\n{signature}\n\n{QUOTES['gmail']}", is_reply=True) == ANSWER


def test_answers_between_and_below_quoted_lines_stay() -> None:
    between = f"> Which one?\n\n{ANSWER}\n\n> And the size?\n\n43\n"
    assert new_words(between, is_reply=True) == f"{ANSWER}\n\n43"
    below = f"{QUOTES['gmail']}\n\n{ANSWER}\n"
    assert new_words(below, is_reply=True) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "Name: Mia Huber\nEmail: mia@example.com\nDate: 2026-01-02\nOrder: 10391\n\nIt is late.",
        "Thanks",
        "Thank you very much!",
        "谢谢",
        "I want:\n- red boots\n- a stove\n- 2 gloves",
        "From Monday on I am away: please deliver to mia@example.com at 10:30 then.",
        "My address is:\n\nMia Huber\n12 Lane\nGraz",
        "Where is it?\n\nThanks,\nand could you also tell me whether the tent is in stock?",
        "Price 5 > 3?\n\nOr not",
        "On my way home I wrote:\nnothing at all",
        "订单号：10391\n收件人：李雷\n地址：上海",
    ],
)
def test_nothing_else_goes(text: str) -> None:
    assert new_words(text) == text


def test_a_reply_that_only_repeats_says_nothing_and_what_is_passed_on_is_read() -> None:
    assert new_words(QUOTES["gmail"], is_reply=True) == ""
    passed = f"---------- Forwarded message ---------\n{QUOTES['outlook']}"
    assert new_words(passed) == "Which one?"


def test_a_page_is_read_as_it_looks() -> None:
    page = """<html><head><title>no</title><style>p{}</style></head><body>
      <div style="display:none">preheader</div><p>Hello&nbsp;there,</p>
      <p>the <b>black</b>
      one.<br>In 43</p><ul><li>stove</li><li>tent</li></ul><script>alert(1)</script>
      <table><tr><td>Order</td><td>10391</td></tr></table></body></html>"""
    found = new_words(words_of(page).new)
    assert found == "Hello there,\n\nthe black one.\nIn 43\n\n- stove\n- tent\nOrder 10391"


@pytest.mark.parametrize(
    "quoted",
    [
        '<div class="gmail_quote">On Fri Shop wrote:<br><blockquote>Which?</blockquote></div>',
        '<blockquote type="cite"><div>On 4 May 2001, Shop wrote:</div>Which one?</blockquote>',
        '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Shop</div>Which?',
        (
            '<div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Shop &lt;a@b.example&gt;'
            "<br><b>Sent:</b> Friday, May 4, 2001 2:05 PM<br><b>To:</b> Mia<br><b>Subject:</b> b"
            "</p></div><p>Which one?</p>"
        ),
        '<div class="yahoo_quoted"><div>On Friday Shop wrote:</div><div>Which one?</div></div>',
        '<div id="isReplyContent">At 2001-05-04 14:05:44, Shop wrote:<br>Which one?</div>',
        '<div class="gmail_signature">Mia<br>ACME</div>',
        "<includetail><div>------------------ Original ------------------</div>x</includetail>",
    ],
)
def test_what_a_page_quotes_goes(quoted: str) -> None:
    found = words_of(f"<body><div>{ANSWER}</div><br>{quoted}</body>")
    assert new_words(found.new, is_reply=True) == ANSWER


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 60_000 + "x",
        "<!--" * 50_000,
        "<a " * 60_000,
        "<![" * 60_000,
        "&#" * 90_000,
        "</" * 90_000,
        "<blockquote>" * 20_000 + "x" + "</blockquote>" * 20_000,
        "<p><b>" * 30_000,
    ],
)
def test_no_page_keeps_us_busy(page: str) -> None:
    """Where the time grew with the square, the suite would give up on it."""
    assert isinstance(new_words(words_of(page).new), str)


@pytest.mark.parametrize(
    "text",
    [
        "a: b@c\n" * 14_000,
        "\n" * 100_000,
        "-" * 100_000,
        ("x" * 90 + "\n") * 1_000,
        "On " + "1 " * 45_000 + "wrote",
        "> \n" * 30_000,
        "a@b:\n" * 20_000,
        "begin 644 x\n" * 8_000,
        "-----BEGIN PGP SIGNED MESSAGE-----\n" * 2_500,
        "这封邮件" * 25_000,
    ],
)
def test_no_text_keeps_us_busy(text: str) -> None:
    assert isinstance(new_words(text), str)
