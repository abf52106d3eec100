"""Text becomes rows: encodings, separators, quotes, the row that names the columns."""

from pathlib import Path

import pytest

from shop.imports.files import Line, SourceFile, open_source
from shop.imports.problems import ImportProblem

KNOWN = frozenset({"sku", "name", "price"})


def source(
    folder: Path, content: str | bytes, name: str = "file.csv", **options: str
) -> SourceFile:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_source(path, known=KNOWN, encoding=options.get("encoding"))


def cells(found: SourceFile) -> list[list[str]]:
    return [list(line.raw.values()) for line in found.rows()]


def rules(lines: list[Line]) -> list[tuple[int, str]]:
    return [
        (line.number, line.problem.rule if line.problem else line.note.rule if line.note else "")
        for line in lines
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("sku,name\nA,Cup\n", "file.csv"),
        ("sku;name\nA;Cup\n", "file.CSV"),
        ("sku|name\nA|Cup\n", "file.csv"),
        ("sku\tname\nA\tCup\n", "file.txt"),
        ("sep=;\nsku;name\nA;Cup\n", "file.csv"),
        ("\n\nsku,name\n\nA,Cup\n\n", "file.csv"),
        ("sku,name\rA,Cup\r", "file.csv"),
        ("sku,name\r\nA,Cup", "file.csv"),
        ("Our shop\nfrom,to,2023\n\nSKU,Name\nA,Cup\n", "file.csv"),
        ('"sku","name"\n"A","Cup"\n', "file.csv"),
    ],
)
def test_rows_are_found_however_the_file_is_laid_out(
    tmp_path: Path, content: str, name: str
) -> None:
    found = source(tmp_path, content, name)
    assert [column.lower() for column in found.columns] == ["sku", "name"]
    assert cells(found) == [["A", "Cup"]]


@pytest.mark.parametrize(
    ("encoding", "word", "is_told"),
    [
        ("utf-8", "Käse", False),
        ("utf-8-sig", "Käse", False),
        ("utf-16", "Кружка", False),
        ("utf-16-le", "Кружка", True),
        ("cp1252", "Käsereibe „fein“", True),
        ("gb18030", "青花瓷茶杯", True),
    ],
)
def test_the_encoding_is_found_and_a_guess_is_told(
    tmp_path: Path, encoding: str, word: str, is_told: bool
) -> None:
    found = source(tmp_path, f"sku,name\nA,{word}\n".encode(encoding))
    assert cells(found) == [["A", word]]
    assert any(remark.startswith("encoding:") for remark in found.remarks) is is_told


@pytest.mark.parametrize("encoding", ["cp1251", "shift_jis", "big5", "cp1255"])
def test_an_encoding_that_cannot_be_told_is_asked_for(tmp_path: Path, encoding: str) -> None:
    word = {
        "cp1251": "Кружка эмалированная",
        "shift_jis": "急須と湯のみセット",
        "big5": "青花瓷茶壺",
        "cp1255": "קפה שחור",
    }
    content = f"sku,name\nA,Cup\nB,{word[encoding]}\n".encode(encoding)
    with pytest.raises(ImportProblem, match=r"not UTF-8 \(line 3\).*--encoding"):
        source(tmp_path, content)
    assert cells(source(tmp_path, content, encoding=encoding))[1] == ["B", word[encoding]]
    with pytest.raises(ImportProblem, match="is not utf-8: line 3 has other bytes"):
        source(tmp_path, content, encoding="utf-8")


def test_a_damaged_byte_late_in_the_file_is_found_before_anything_is_read(tmp_path: Path) -> None:
    content = b"sku,name\n" + "A,Käse\n".encode() * 5_000 + b"B,K\xe4se\n"
    with pytest.raises(ImportProblem, match=r"line 5002"):
        source(tmp_path, content)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A,"19 inch rack" shelf,8', [["A", '"19 inch rack" shelf', "8"]]),
        (
            'A,"Monitor 24,12\nB,Mouse,1\nC,Hub,3',
            [["A", '"Monitor 24', "12"], ["B", "Mouse", "1"], ["C", "Hub", "3"]],
        ),
        (
            'A,"Monitor 24,12\nB,"Mouse, big",1',
            [["A", '"Monitor 24', "12"], ["B", "Mouse, big", "1"]],
        ),
        ('A,"two\nlines",5', [["A", "two\nlines", "5"]]),
        ('A,"7"" strap",5', [["A", '7" strap', "5"]]),
        (r'A,"<p style=\"x\">Oak, solid</p>",5', [["A", '<p style="x">Oak, solid</p>', "5"]]),
        (r'A,"12\" long, steel",5', [["A", '12" long, steel', "5"]]),
        ('A,24" screen,5', [["A", '24" screen', "5"]]),
    ],
)
def test_quotes_take_their_own_cell_and_no_more(
    tmp_path: Path, text: str, expected: list[list[str]]
) -> None:
    assert cells(source(tmp_path, f"sku,name,price\n{text}\n")) == expected


def test_amazons_tables_have_no_quotes(tmp_path: Path) -> None:
    found = source(
        tmp_path, 'sku\tname\n1\t"Monitor 24\n2\t24" x 3"\n3\t"Mug" "blue"\n', "file.txt"
    )
    assert cells(found) == [["1", '"Monitor 24'], ["2", '24" x 3"'], ["3", '"Mug" "blue"']]


def test_the_cells_of_each_row_are_counted(tmp_path: Path) -> None:
    text = "sku,name,price\nA,Cup, big,5\nB,Jug\n\nC,Mug,6,,\n1 record(s) downloaded\n"
    lines = list(source(tmp_path, text).rows())
    assert rules(lines) == [(2, "too_many_cells"), (3, "short_row"), (5, ""), (6, "footer_skipped")]
    assert lines[0].problem is not None
    assert "4 cells, the columns are 3" in lines[0].problem.reason


def test_columns_may_repeat_where_nobody_uses_them(tmp_path: Path) -> None:
    found = source(tmp_path, "sku,note,note\nA,x,y\n")
    assert found.key("sku") == "sku"
    assert next(found.rows()).raw == {"sku": "A", "note": "x", "note#2": "y"}
    with pytest.raises(ImportProblem, match="has the column 'note' more than once; rename one"):
        found.key("note")
