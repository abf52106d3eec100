"""Mails as events: whose they are, which thread, what came along, what machines wrote."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

import pytest

from connectors.email.parsing import Mailroom, event_of
from connectors.email.reading import content_of, read_mail
from connectors.messenger import Event
from tests.unit.connectors.shared_payloads import MISSING, SHARED

ROOM = Mailroom("help@shop.example", b"k" * 16, ("shop@shop.example",))
MIA = "mia@buyers.example"


def mail(text: str = "hello", headers: Mapping[str, str] | None = None) -> EmailMessage:
    found = EmailMessage(policy=SMTP)
    told = {"From": f"Mia <{MIA}>", "To": ROOM.address, "Subject": "My order", **(headers or {})}
    told.setdefault("Message-ID", "<m1@buyers.example>")
    for name, value in told.items():
        found[name] = value
    found.set_content(text)
    return found


def read(found: EmailMessage | bytes) -> Event:
    return event_of(found if isinstance(found, bytes) else found.as_bytes(), "7.3", ROOM)


def raw(body: bytes, kind: str = "text/plain", more: str = "") -> bytes:
    head = f"From: {MIA}\r\nMessage-ID: <m1@b.example>\r\nContent-Type: {kind}\r\n{more}\r\n"
    return head.encode() + body


# -- the public mails -----------------------------------------------------------------------------

NEW_TEXTS = {
    "msg_01": "Hi,\n\nDo you like this message?",
    "msg_03": "Hi,\n\nDo you like this message?",
    "msg_07": "Hi there,\n\nThis is the dingus fish.",
    "msg_09": "",
    "msg_11": "Here is the body of the message.",
    "msg_12a": "",
    "msg_20": "Hi,\n\nDo you like this message?",
    "msg_22": "Text text text.\n\nText text text.",
    "msg_24": "",
    "msg_26": "Simple email with attachment.",
    "msg_28": "message 1\n\nmessage 2",
    "msg_30": "message 1\n\nmessage 2",
    "msg_32": "Some message.",
    "msg_36": "Blah blah blah",
    "msg_40": "",
    "msg_46": "Testing email forwarding with Groupwise 1.2.2010",
}
KINDS = {
    **dict.fromkeys(("msg_05", "msg_16", "msg_42"), "bounce"),
    "msg_32": "list",
    **dict.fromkeys(("msg_11", "msg_18", "msg_38", "msg_40"), "unknown:nobody"),
}


def test_every_public_mail_is_read() -> None:
    paths = sorted((SHARED / "channels" / "email").glob("msg_*.txt"))
    if not paths:
        pytest.skip(MISSING)
    for path in paths:
        found = read(path.read_bytes())
        assert found.kind == KINDS.get(path.stem, "message"), path.stem
        text = content_of(read_mail(path.read_bytes())).text
        if path.stem in NEW_TEXTS:
            assert text == NEW_TEXTS[path.stem], path.stem
        files = [(one.kind, one.size) for one in found.files]
        wanted = {"msg_07": [("picture", 3512)], "msg_26": [("document", 630)]}
        if path.stem in wanted:
            assert files == wanted[path.stem]
    assert "mirror" in content_of(read_mail((paths[0].parent / "msg_44.txt").read_bytes())).text


# -- whose, and in which thread -------------------------------------------------------------------


def test_a_first_mail_has_a_thread_of_its_own_and_tells_its_subject() -> None:
    first, second = read(mail()), read(mail(headers={"Message-ID": "<m2@buyers.example>"}))
    assert first.contact.startswith(f"{MIA}/")
    assert first.contact != second.contact
    assert (first.kind, first.title, first.text) == ("message", "My order", "hello")
    assert first.path["in_reply_to"] == first.path["references"] == "<m1@buyers.example>"
    again = read(mail(headers={"Received": "by another way", "Subject": "My order"}))
    assert again.id == first.id == "<m1@buyers.example>"


def test_who_answers_our_mail_is_in_its_thread_whatever_else_is_named() -> None:
    first = read(mail())
    ours = ROOM.message_id("12-0", first.contact)
    for headers in (
        {"In-Reply-To": ours},
        {"References": f"<m1@buyers.example> {ours}"},
        {"References": f"{ours} <other@x.example>", "In-Reply-To": "<other@x.example>"},
    ):
        found = read(mail("43", {**headers, "Message-ID": "<m9@buyers.example>", "Subject": "x"}))
        assert (found.contact, found.afresh, found.title) == (first.contact, "", "")
        assert found.path["read"] == "yes"


def test_nobody_joins_a_thread_by_a_forged_name_or_another_ones_proof() -> None:
    first = read(mail())
    ours = ROOM.message_id("12-0", first.contact)
    other = {"From": "eve@evil.example", "Message-ID": "<e@evil.example>", "In-Reply-To": ours}
    assert read(mail(headers=other)).contact.startswith("eve@evil.example/")
    changed = ours.replace("12-0", "13-0")
    for named in (changed, "<m1@buyers.example>", ours[:-30] + "@shop.example>"):
        found = read(mail(headers={"Message-ID": "<m5@buyers.example>", "References": named}))
        assert found.afresh, "another conversation, once this one was read in"
        assert found.afresh != first.contact
        assert "read" not in found.path


def test_the_answer_goes_where_it_is_wished_and_never_to_ourselves() -> None:
    found = read(mail(headers={"From": "form@pages.example", "Reply-To": MIA}))
    assert found.contact.startswith(f"{MIA}/")
    found = read(mail(headers={"Reply-To": "Help <HELP@shop.example>"}))
    assert found.contact.startswith(f"{MIA}/")


@pytest.mark.parametrize(
    "sender", ["", "foo", "undisclosed-recipients:;", "a@b", "x" * 120 + "@b.example", "@b.example"]
)
def test_who_cannot_be_answered_is_recorded_alone(sender: str) -> None:
    body = f"From: {sender}\r\nMessage-ID: <m@b.example>\r\n\r\nhello".encode()
    assert read(body).kind == "unknown:nobody"


# -- machines -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto-Submitted": "auto-replied"}, "automatic"),
        ({"Auto-Submitted": "auto-generated; x=y"}, "automatic"),
        ({"Auto-Submitted": "No"}, "message"),
        ({"Precedence": "auto_reply"}, "automatic"),
        ({"X-Auto-Response-Suppress": "DR, OOF, AutoReply"}, "automatic"),
        ({"X-Auto-Response-Suppress": "DR"}, "message"),
        ({"X-Autoreply": "yes"}, "automatic"),
        ({"Subject": "Automatic reply: My order"}, "automatic"),
        ({"Subject": "自动回复: 订单"}, "automatic"),
        ({"From": "no-reply@bank.example"}, "automatic"),
        ({"From": "bounces+a=b@list.example"}, "automatic"),
        ({"X-Loop": "help@shop.example"}, "automatic"),
        ({"Precedence": "bulk"}, "list"),
        ({"Precedence": "first-class"}, "message"),
        ({"List-Unsubscribe": "<https://x.example>"}, "list"),
        ({"List-Id": "<news.x.example>"}, "list"),
        ({"Return-Path": "<>"}, "bounce"),
        ({"From": "MAILER-DAEMON@mx.example"}, "bounce"),
        ({"From": "Mail Delivery System <x@mx.example>"}, "bounce"),
        ({"X-Failed-Recipients": MIA}, "bounce"),
        ({"From": "Help <help@shop.example>"}, "own"),
        ({"From": "SHOP@shop.example"}, "own"),
        ({"X-Spam-Flag": "YES"}, "spam"),
        ({"Return-Path": "<mia@buyers.example>"}, "message"),
    ],
)
def test_what_machines_write_is_recorded_and_not_answered(
    headers: dict[str, str], kind: str
) -> None:
    assert read(mail(headers=headers)).kind == kind


def test_our_own_mail_that_came_back_is_not_answered() -> None:
    ours = ROOM.message_id("12-0", f"{MIA}/{'0' * 16}")
    back = mail(headers={"From": "relay@x.example", "To": MIA, "Message-ID": ours})
    assert read(back).kind == "own"


def report(action: str, sent: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: help@shop.example\r\nMessage-ID: <d@mx.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\n\r\nI could not.\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {MIA}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        f"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nTo: {MIA}\r\nMessage-ID: {sent}\r\n\r\n"
        "--B--\r\n"
    ).encode()


def test_what_did_not_arrive_is_told_of_our_own_mails_alone() -> None:
    contact = f"{MIA}/{'0' * 16}"
    ours = ROOM.message_id("12-0", contact)
    found = read(report("failed", ours))
    assert (found.kind, found.contact, found.reference) == ("undelivered", contact, "12-0")
    assert read(report("delayed", ours)).kind == "bounce"
    assert read(report("failed", ours.replace("12-0", "13-0"))).kind == "bounce"


def test_the_shops_own_server_is_believed_about_forgeries_and_nobody_else() -> None:
    guarded = Mailroom(ROOM.address, ROOM.key, server="mx.shop.example")
    false = "mx.shop.example; dmarc=fail header.from=buyers.example"
    for value, kind in (
        (false, "forged"),
        ("mx.shop.example; dmarc=pass", "message"),
        ("mx.evil.example; dmarc=fail", "message"),
    ):
        found = mail(headers={"Authentication-Results": value}).as_bytes()
        assert event_of(found, "7.3", guarded).kind == kind
    two = mail(headers={"Authentication-Results": "mx.shop.example; dmarc=pass"}).as_bytes()
    two = f"Authentication-Results: {false}\r\n".encode() + two
    assert event_of(two, "7.3", guarded).kind == "forged", "the topmost is its own"


# -- words and files ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (
            "text/plain; charset=gb2312",
            "我的订单镕在哪里？".encode("gb18030"),
            "我的订单镕在哪里？",
        ),
        ("text/plain", "我的订单在哪里？".encode("gb18030"), "我的订单在哪里？"),
        ("text/plain; charset=us-ascii", "Größe 42?".encode(), "Größe 42?"),
        ("text/plain; charset=nonsense", "Größe 42?".encode("cp1252"), "Größe 42?"),
        ("text/plain; charset=big5", "訂單在哪裡".encode("big5"), "訂單在哪裡"),
        ("text/plain; charset=idna", b"hello", "hello"),
        ('text/plain; charset="utf-8', "世界".encode(), "世界"),
        ("text; charset=utf-8", b"hello", "hello"),
        ("text/html; charset=utf-8", "<p>Größe&nbsp;42?</p>".encode(), "Größe 42?"),
        ("text/plain; format=flowed", b"one \r\nline\r\n\r\ntwo", "one line\n\ntwo"),
        ("text/plain; format=flowed; delsp=yes", "我的 \r\n订单".encode(), "我的订单"),
    ],
)
def test_words_in_any_charset(kind: str, body: bytes, text: str) -> None:
    assert read(raw(body, kind)).text == text


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?B?5oiR55qE6K6i5Y2V?=", "我的订单"),
        ("=?gb2312?B?" + "ztK1xLas?= =?gb2312?B?td0=" + "?=", "我的冬递"),
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe?= 42", "Größe 42"),
        ("=?nonsense?Q?order?=", "order"),
        ("Fwd: My order", "My order"),
        ("转发：订单", "订单"),
    ],
)
def test_subjects_however_they_are_written(header: str, subject: str) -> None:
    head = f"From: {MIA}\r\nSubject: {header}\r\n\r\nhello"
    assert read(head.encode()).title == subject
    assert read(f"From: {MIA}\r\nSubject: {header}\r\n\r\n".encode()).text == subject


def test_of_alternatives_one_is_read_and_the_page_where_the_plain_one_is_empty() -> None:
    found = mail("plain words")
    found.add_alternative("<p>page words</p>", subtype="html")
    assert read(found).text == "plain words"
    empty = mail(" \n")
    empty.add_alternative("<p>page words</p>", subtype="html")
    assert read(empty).text == "page words"


def photo_in(found: EmailMessage, cid: str, size: int, **what: Any) -> None:
    found.add_related(b"x" * size, "image", "jpeg", cid=f"<{cid}>", **what)


def test_files_come_along_and_decoration_does_not() -> None:
    found = mail("see")
    found.add_attachment(b"x" * 50, "image", "png", filename="a.png")
    found.add_attachment(b"x" * 70, "application", "pdf", filename="b.pdf")
    found.add_attachment(b"x" * 70, "application", "pgp-signature", filename="c.asc")
    found.add_attachment("not the words", filename="d.txt")
    files = read(found).files
    assert [(one.kind, one.size) for one in files] == [
        ("picture", 50),
        ("document", 70),
        ("document", len("not the words\r\n")),
    ]
    assert len({one.reference for one in files}) == 3
    assert all(one.reference.startswith("7.3.") for one in files)
    page = mail("unread")
    page.set_content(
        'mine <img src="cid:photo"><img src="cid:logo"><blockquote><img src="cid:old">',
        subtype="html",
    )
    photo_in(page, "photo", 20_000)
    photo_in(page, "logo", 900)
    photo_in(page, "old", 20_000)
    assert [one.size for one in read(page).files] == [20_000]


def test_a_file_alone_and_a_subject_alone_are_messages_an_empty_reply_is_none() -> None:
    alone = mail("")
    alone.add_attachment(b"x" * 50, "image", "png", filename="a.png")
    assert (read(alone).kind, read(alone).text) == ("message", "")
    assert read(mail("")).text == "My order"
    reply = mail("", {"In-Reply-To": "<a@b.example>", "Subject": "Re: My order"})
    assert read(reply).kind == "unknown:empty"


def test_what_is_signed_is_read_and_what_is_sealed_needs_words() -> None:
    signed = (
        b"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\n"
        b"Content-Type: application/pgp-signature\r\n\r\nxyz\r\n--B--\r\n"
    )
    found = read(raw(signed, 'multipart/signed; boundary="B"'))
    assert (found.text, found.files) == ("hello", ())
    clear = b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"
    clear += b"-----BEGIN PGP SIGNATURE-----\n\nxyz\n-----END PGP SIGNATURE-----\n"
    assert read(raw(clear)).text == "hello"
    sealed = read(raw(b"x" * 40, "application/pkcs7-mime"))
    assert (sealed.text, [one.kind for one in sealed.files]) == ("", ["document"])


HOSTILE = [
    b"",
    b"\x00\xff\xfe" * 40,
    b"From: a@b.example\r\n" * 400,
    b"From: a@b.example\r\nContent-Type: multipart/mixed\r\n\r\nno boundary",
    b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx',
    b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    + b"--B\r\n\r\n" * 5000,
    b"From: a@b.example\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"From: a@b.example\r\nContent-Transfer-Encoding: uuencode\r\n\r\nbegin 6\r\nxx",
    b"From: a@b.example\r\nContent-Transfer-Encoding: nonsense\r\n\r\nhello",
    b"From: =?utf-8?Q?=00?= <a@b.example>\r\nSubject: =?utf-8?Q?=00=0A=0D?=\r\n\r\nhello",
    b"From: a@b.example\r\nContent-Type: text/plain; charset*0*=x'y'%ff; charset*9=z\r\n\r\nhello",
    b"From: a@b.example\r\nContent-Type: ;;;;\r\n\r\nhello",
    b"From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n"
    + b"Content-Type: message/rfc822\r\n\r\n" * 300,
    b"From: a@b.example\r\nReferences: " + b"<x@y> " * 5000 + b"\r\n\r\nhello",
    b"From: " + b"(" * 3000 + b"a@b.example\r\n\r\nhello",
    b"From: a@b.example\r\nDate: nonsense\r\nMessage-ID: <<>>\r\n\r\nhello",
    "From: a@b.example\r\nSubject: 我的订单\r\n\r\n我的订单".encode("gb18030"),
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_comes_is_an_event(body: bytes) -> None:
    found = read(body)
    assert found.id
    assert found.kind in ("message", "unknown:nobody", "unknown:empty")


def test_a_nest_of_parts_is_read_as_far_as_it_goes() -> None:
    body = b"From: a@b.example\r\n"
    for number in range(400):
        body += b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (number, number)
    assert read(body + b"\r\nhello").kind in ("message", "unknown:empty")


def test_two_mails_without_an_id_are_one_only_if_they_are_the_same() -> None:
    first = b"From: a@b.example\r\nDate: Mon, 1 Jan 2001 00:00:00 +0000\r\n\r\nhello"
    other_way = b"Received: from x\r\n" + first
    assert read(first).id == read(other_way).id
    assert read(first).id != read(first + b"!").id
