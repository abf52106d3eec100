"""What stands in a cell: amounts, days, people, words, states, options."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shop.imports.amounts import AmountColumn, decide_decimals, read_amount
from shop.imports.cells import clean, code, fold, is_shortened_number, plain
from shop.imports.dates import Day, DayColumn, decide_day_order, read_day
from shop.imports.keys import free, latin, shortened, variant_key
from shop.imports.options import options_of, titles, written_options
from shop.imports.people import phone_key, read_country, read_email, read_language, read_phone
from shop.imports.problems import ImportProblem, Rejected
from shop.imports.states import is_refunded, read_state
from shop.options import colour_of, known_option, size_of


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("12.50", "12.50", ""),
        ("12,50", "12.50", ""),
        ("1.299,00", "1299.00", ""),
        ("1,299.00", "1299.00", ""),
        ("1.299.000", "1299000", ""),
        ("1,00,000.00", "100000.00", ""),
        ("1 234,50 €", "1234.50", "EUR"),
        ("1\u202f234,50\u00a0€", "1234.50", "EUR"),
        ("1'299.00", "1299.00", ""),
        ("£49.50", "49.50", "GBP"),
        ("¥300", "300", ""),
        ("CHF 12.-", "12", "CHF"),
        ("12,-", "12", ""),
        ("US $120.00", "120.00", "USD"),
        ("R$ 1.299,00", "1299.00", "BRL"),
        ("EUR 5", "5", "EUR"),
        ("12.00 EUR", "12.00", "EUR"),
        ("(3.20)", "-3.20", ""),
        ("−3,20", "-3.20", ""),
        ("3.20-", "-3.20", ""),
        ("-$5", "-5", ""),
        ("0,500", "0.500", ""),
        ("52.0000", "52.0000", ""),
        ("１２", "12", ""),
        ("1e3", "1000", ""),
    ],
)
def test_an_amount_says_itself_how_it_is_written(text: str, value: str, currency: str) -> None:
    amount = read_amount(text)
    assert amount is not None
    assert amount.value(None) == Decimal(value)
    assert amount.currency == currency


@pytest.mark.parametrize("text", ["", "x", "NaN", "12 34", "1-2", "--5", "5 apples", "½"])
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amount(text) is None


def column(*cells: str) -> AmountColumn:
    found = AmountColumn()
    for line, cell in enumerate(cells, start=2):
        found.add(line, cell)
    return found


@pytest.mark.parametrize(
    ("cells", "others", "decided"),
    [
        (("1,250", "12.50"), (), "."),
        (("1.250", "12,50"), (), ","),
        (("1,250",), ("4,90",), ","),
        (("1,250", "1,299.00"), ("4,90",), "."),
        (("1,250", "1,250,000"), (), "."),
    ],
)
def test_what_is_unclear_is_read_as_the_rest_of_the_file(
    cells: tuple[str, ...], others: tuple[str, ...], decided: str
) -> None:
    columns = {"price": column(*cells), "shipping": column(*others)}
    found = decide_decimals(columns, wanted=None, usual=None, counts=("stock",))
    assert found["price"] == decided


def test_what_nothing_decides_is_asked() -> None:
    for cells in (("1,250",), ("1.250", "900"), ("1,250", "12.50", "12,50")):
        with pytest.raises(ImportProblem, match=r"price: '1.250' in line 2 .*--decimal point or"):
            decide_decimals({"price": column(*cells)}, wanted=None, usual=None, counts=())
    told = decide_decimals({"price": column("1,250")}, wanted=",", usual=None, counts=())
    usual = decide_decimals({"price": column("1,250")}, wanted=None, usual=".", counts=())
    pieces = decide_decimals(
        {"stock": column("1,250", "3")}, wanted=None, usual=None, counts=("stock",)
    )
    assert (told, usual, pieces) == ({"price": ","}, {"price": "."}, {"stock": "."})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("12/31/2023", (2023, 12, 31)),
        ("31/12/2023", (2023, 12, 31)),
        ("12/31/23", (2023, 12, 31)),
        ("12/31/2023 2:05 PM", (2023, 12, 31, 14, 5)),
        ("12/31/2023 12:05 AM", (2023, 12, 31, 0, 5)),
        ("31.12.2023 14:05:33", (2023, 12, 31, 14, 5, 33)),
        ("1.2.2023", (2023, 2, 1)),
        ("2023-12-31T14:05:33Z", (2023, 12, 31, 14, 5, 33)),
        ("2023/12/31 14:05", (2023, 12, 31, 14, 5)),
        ("2023-12-31 14:05:33 UTC", (2023, 12, 31, 14, 5, 33)),
        ("20231231", (2023, 12, 31)),
        ("2023-12-31 10:00:00 +0200", (2023, 12, 31, 8)),
        ("Nov 1, 2023 5:00 AM PDT", (2023, 11, 1, 12)),
        ("Dec 31, 2023", (2023, 12, 31)),
        ("31 December 2023", (2023, 12, 31)),
        ("Dec-31-23", (2023, 12, 31)),
        ("31. Dezember 2023", (2023, 12, 31)),
        ("31 déc. 2023", (2023, 12, 31)),
        ("2023年12月31日", (2023, 12, 31)),
        ("2023年12月31日下午2:05", (2023, 12, 31, 14, 5)),
        ("45291.5", (2023, 12, 31, 12)),
        ("1704031533", (2023, 12, 31, 14, 5, 33)),
    ],
)
def test_a_day_says_itself_how_it_is_written(text: str, moment: tuple[int, ...]) -> None:
    found = read_day(text)
    read = found.moment(None) if isinstance(found, Day) else found
    assert read is not None
    assert read.astimezone(UTC) == datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    "text", ["yesterday", "2023-02-30", "31/31/2023", "13:05", "12/31/2023 25:00"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    found = read_day(text)
    assert (found.moment(None) if isinstance(found, Day) else found) is None


def day_column(*cells: str) -> DayColumn:
    found = DayColumn()
    for line, cell in enumerate(cells, start=2):
        found.add(line, cell)
    return found


def test_the_order_of_day_and_month_is_decided_over_the_column() -> None:
    for other, order in (("25/12/2023", "day-first"), ("12/25/2023", "month-first")):
        columns = {"placed_at": day_column("01/12/2017", other), "at": day_column("02/03/2017")}
        found = decide_day_order(columns, wanted=None, usual=None)
        assert found == {"placed_at": order, "at": order}
    first = read_day("01/12/2017")
    assert isinstance(first, Day)
    assert first.moment("day-first") == datetime(2017, 12, 1, tzinfo=UTC)
    assert first.moment("month-first") == datetime(2017, 1, 12, tzinfo=UTC)


def test_days_that_fit_both_ways_are_asked() -> None:
    for cells, why in (
        (("01/12/2017", "05/05/2017"), "no other date"),
        (("01/12/2017", "13/12/2017", "12/13/2017"), "both ways"),
    ):
        columns = {"placed_at": day_column(*cells)}
        with pytest.raises(
            ImportProblem, match=f"placed_at: '01/12/2017' in line 2 .*{why}.*--dates"
        ):
            decide_day_order(columns, wanted=None, usual=None)
        told = decide_day_order(columns, wanted="month-first", usual=None)
        assert told == {"placed_at": "month-first"}
    etsy = decide_day_order({"at": day_column("01/02/24")}, wanted=None, usual="month-first")
    assert etsy == {"at": "month-first"}


def test_people_are_read_however_they_are_written() -> None:
    emails = (
        " Ada@Example.ORG ",
        "mailto:bo@example.org",
        "Bo <bo@example.org>",
        "f@localhost",
        "",
    )
    assert [read_email(text) for text in emails] == [
        "ada@example.org",
        "bo@example.org",
        "bo@example.org",
        None,
        None,
    ]
    assert read_email("c@example.org;d@example.org") == "c@example.org"
    phones = ("'+44 113 496 0000", "tel:+49 151 1234", "+44 113", "call me")
    assert [read_phone(text) for text in phones] == ["+44 113 496 0000", "+49 151 1234", None, None]
    assert phone_key("+49 (151) 12-34 56") == phone_key("0049 151 123456") == "49151123456"
    countries = (
        "gb",
        "UK",
        "CHN",
        "United Kingdom",
        "Deutschland",
        "中国",
        "Österreich",
        "XX",
        "Atlantis",
    )
    assert [read_country(text) for text in countries] == [
        "GB",
        "GB",
        "CN",
        "GB",
        "DE",
        "CN",
        "AT",
        None,
        None,
    ]
    assert [read_language(text) for text in ("zh_CN", "Chinese", "中文", "de", "")] == [
        "zh",
        "zh",
        "zh",
        "en",
        "en",
    ]


def test_cells_lose_what_spreadsheets_and_shops_wrap_around_them() -> None:
    wrapped = ("\ufeffAB\u200b1 ", "'02134", "'-2'", '="007"', "'80s Shirt", "a\u00a0b", "\x00x")
    assert [clean(text) for text in wrapped] == [
        "AB1",
        "02134",
        "-2",
        "007",
        "'80s Shirt",
        "a b",
        "x",
    ]
    assert code("'02134 AB") == "02134 AB"
    assert (
        plain("<style>.x{}</style><p>Salt &amp; &lt;3&nbsp;ml</p> 3 < 5, > 2")
        == "Salt & <3 ml 3 < 5, > 2"
    )
    assert plain("Warm.\\nE14 &amp;#39;x&amp;#39;") == "Warm. E14 'x'"
    assert fold("Attribute 1 value(s)") == fold("attribute_1 Value(s)") == "attribute1values"
    assert [is_shortened_number(text) for text in ("1.23E+12", "1,2e+05", "1E5", "E+12")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", "delivered"),
        ("On hold", "placed"),
        ("wc-processing", "paid"),
        ("PENDING_PAYMENT", "placed"),
        ("Partially Refunded", "delivered"),
        ("Unshipped", "paid"),
        ("Shipped - Delivered to Buyer", "delivered"),
        ("out_for_delivery", "out_for_delivery"),
        ("closed", "cancelled"),
        ("Storniert", "cancelled"),
        ("已发货", "shipped"),
    ],
)
def test_states_are_folded_over_spelling(text: str, state: str) -> None:
    assert read_state(text) == state


def test_states_that_are_none_say_so() -> None:
    for text, rule in (("checkout-draft", "not_an_order"), ("lost in space", "unknown_value")):
        with pytest.raises(Rejected) as caught:
            read_state(text)
        assert (caught.value.rule, caught.value.field) == (rule, "state")
    assert [is_refunded(text) for text in ("Refunded", "partially_refunded", "cancelled")] == [
        True,
        False,
        False,
    ]


def test_options_of_any_name_and_language() -> None:
    row = {
        "option:Größe": "40",
        "option:Farbe": "Grau",
        "option:Duft": "Feige",
        "option:Title": "Default Title",
    }
    found = options_of(row)
    assert found == (("Größe", "40"), ("Farbe", "Grau"), ("Duft", "Feige"))
    assert (size_of(found), colour_of(found)) == ("40", "grey")
    assert colour_of((("颜色", "Ocean Mist"),)) == "ocean mist"
    assert size_of((("尺码", "42"),)) == "42"
    assert size_of((("Scent", "Size L"),)) == ""
    names = ("Größe", "Color", "screen size", "Duft")
    assert [known_option(name) for name in names] == ["size", "colour", None, None]
    assert colour_of((("frame color", "Red"), ("Color", "Blue"))) == "blue"
    assert written_options("[Color:Red,Size:M]") == {"option:Color": "Red", "option:Size": "M"}
    read = list(titles("T-Shirt - V-Neck - M / Red"))
    assert read[0] == ("T-Shirt - V-Neck - M / Red", frozenset())
    assert ("T-Shirt - V-Neck", frozenset({"m", "red"})) in read
    assert ("Shirt", frozenset({"m", "red"})) in list(titles("Shirt (M, Red)"))


def test_derived_keys_are_one_to_one() -> None:
    colour = (("Colour", "b"),)
    keys = {
        variant_key("a", colour),
        variant_key("a/b", ()),
        variant_key("a", (("x", "b/c"),)),
        variant_key("a", (("x", "b"), ("y", "c"))),
    }
    assert len(keys) == 4
    long = [shortened("x" * 100 + end, 80) for end in "ab"]
    assert [len(key) for key in long] == [80, 80]
    assert long[0] != long[1]
    assert len({latin(text, 50) for text in ("张三", "李四", "a b", "a-b", "A-B", "")}) == 6
    assert free("cup", "Cup!", {"mug"}) == "cup"
    assert free("cup", "Cup!", {"cup"}) != free("cup", "Cup?", {"cup"})
