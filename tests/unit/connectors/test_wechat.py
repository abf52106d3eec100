"""WeChat's XML: real payloads, known answers of signature and seal, what is refused."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.messenger import Event
from connectors.wechat.channel import WeChat
from connectors.wechat.parsing import event_of, read_xml
from connectors.wechat.sealing import key_of, opened, proof
from tests.unit.connectors.shared_payloads import payload

WANTED = {
    "test_parse_text_message": "message this is a test",
    "test_parse_image_message": "message ",
    "test_parse_voice_message": "message ",
    "test_parse_video_message": "message ",
    "test_parse_location_message": "message 📍 位置信息 23.134521, 113.358803",
    "test_parse_link_message": "message 公众平台官网链接\nurl",
    "test_click_event": "message EVENTKEY",
    "test_parse_click_event": "message EVENTKEY",
    "test_unsubscribe_event": "leave ",
    "test_scan_event": "scan ",
    "test_parse_scan_event": "scan ",
    "test_parse_device_text_event": "unknown:device_text ",
    "test_parse_unknown_message": "unknown:notsure ",
}
FILES = {"image": "picture", "voice": "voice", "video": "video"}


def parsed(xml: str) -> Event:
    return event_of(read_xml(xml.strip().encode()))


@pytest.mark.real_data
def test_real_payloads_are_the_right_events_or_recorded() -> None:
    items = [
        one
        for name in ("test_events.json", "test_parser.json")
        for one in payload("wechat", name)["items"]
        if isinstance(one["payload"], str)
    ]
    assert len(items) >= 51
    wrong = {}
    for one in items:
        name = one["where"].rpartition(".")[2]
        event = parsed(one["payload"])
        found = f"{event.kind} {event.text}"
        expected = WANTED.get(name, "start " if "subscribe_event" in name else "unknown:")
        if "subscribe_scan" in name:
            expected = "start "
        if not found.startswith(expected) or not event.id or event.id != parsed(one["payload"]).id:
            wrong[name] = found
        kind = re.sub(r"test_parse_(\w+)_message", r"\1", name)
        assert [file.kind for file in event.files] == ([FILES[kind]] if kind in FILES else [])
    assert wrong == {}


@pytest.mark.real_data
def test_the_published_signature_holds_for_five_minutes() -> None:
    right, wrong = (one["payload"] for one in payload("wechat", "test_utils.json")["items"][:2])
    account = WeChat("wx1", "secret", "test")
    query = {"timestamp": "1410685589", "nonce": "test", "signature": right}
    at = datetime.fromtimestamp(1410685589, UTC)
    assert account.verify({}, query, b"", at + timedelta(seconds=300)) == "genuine"
    assert account.verify({}, query, b"", at + timedelta(seconds=301)) == "wrong"
    assert account.verify({}, query | {"signature": wrong}, b"", at) == "wrong"
    assert account.verify({}, {}, b"", at) == "missing"
    assert account.challenge(query | {"echostr": "1"}) == "1"
    assert account.challenge(query | {"signature": wrong, "echostr": "1"}) is None


@pytest.mark.real_data
def test_the_published_seal_is_opened_for_its_account_alone() -> None:
    items = payload("wechat", "test_crypto.json")["items"]
    found = {f"{one['where'].rpartition('.')[2]} {one['name']}": one["payload"] for one in items}
    key = key_of(found["CryptoTestCase encoding_aes_key"])
    sealed = read_xml(found["test_decrypt_message xml"].encode())["Encrypt"]
    inner = read_xml(opened(key, "wx49f0ab532d5d035a", sealed))
    assert (inner["MsgType"], inner["FromUserName"]) == ("text", "messense")
    with pytest.raises(ValueError, match="account"):
        opened(key, "wx0000000000000000", sealed)
    for broken in ("", "AAAA", "not base64", sealed[:-24]):
        with pytest.raises(ValueError, match="sealed"):
            opened(key, "wx49f0ab532d5d035a", broken)
    answer = read_xml(found["test_encrypt_message expected"].encode())
    signed = proof("123456", answer["TimeStamp"], answer["Nonce"], answer["Encrypt"])
    assert signed == answer["MsgSignature"]
    reply = opened(key, "wx49f0ab532d5d035a", answer["Encrypt"])
    assert reply.decode() == found["test_encrypt_message reply"]


def test_an_address_of_broken_letters_proves_nothing_and_is_no_failure() -> None:
    account = WeChat("wx1", "secret", "test")
    broken = {"timestamp": "\udcff", "nonce": "\ud800", "signature": "\udcff"}
    assert account.verify({}, broken, b"", datetime.now(UTC)) == "wrong"
    assert account.challenge(broken | {"echostr": "1"}) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml/>",
        b"<xml>words</xml>",
        b"<html><a>b</a></html>",
        b"<xml><a></xml>",
        b"{}",
        b"<!DOCTYPE x><xml><a>b</a></xml>",
        b"<xml>&lol;<a>b</a></xml>",
        b"<xml>" + b"<a>" * 40 + b"</a>" * 40 + b"</xml>",
    ],
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each says something else)
        read_xml(body)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-7", "gbk", "rot13", "none-such"])
def test_what_a_body_says_of_its_encoding_loads_nothing(encoding: str) -> None:
    body = f'<?xml version="1.0" encoding="{encoding}"?><xml><a>你好</a></xml>'
    assert read_xml(body.encode()) == {"a": "你好"}


@pytest.mark.timeout(20)
def test_many_elements_of_one_name_are_read_in_little_time() -> None:
    """Who sends them needs no secret: in safe mode the proof is of what stands inside."""
    many = (2**20 - len("<xml></xml>")) // len("<a/>")
    assert read_xml(b"<xml>" + b"<a/>" * many + b"</xml>") == {"a": [""] * many}


@pytest.mark.parametrize(
    "told",
    [
        {"MsgType": ["text", "text"], "FromUserName": {}},
        {"MsgType": "text", "Content": ["x"]},
        {"MsgType": "event"},
        {"MsgType": "event", "Event": "CLICK"},
        {"a": "b"},
    ],
)
def test_strange_content_is_recorded_and_never_an_error(told: dict[str, Any]) -> None:
    event = event_of(told)
    assert event.kind.startswith("unknown:")
    assert event.id
