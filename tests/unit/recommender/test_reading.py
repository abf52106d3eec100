"""Files of interactions as public data sets and table programs write them."""

from pathlib import Path

import numpy as np
import pytest

from recommender.data import BadInteractions, Interactions
from recommender.evaluation.reading import read_interactions
from recommender.evaluation.run import notes_on_meeting


def read(folder: Path, content: str, name: str = "rows.csv") -> Interactions:
    path = folder / name
    path.write_bytes(content.encode())
    return read_interactions(path).interactions()


@pytest.mark.parametrize(
    "content",
    [
        "userId,movieId,rating,timestamp\nu1,i1,4,1600000000\nu1,i2,3,1600000001\n",
        "user,item,rating,timestamp\ru1,i1,4,1600000000\ru1,i2,3,1600000001\r",
        "event_time,user_id,item_id\n2020-09-13 12:26:40 UTC,u1,i1\n2020-09-13 12:26:41,u1,i2\n",
        "date,user,item\n2020-09-13T14:26:40+02:00,u1,i1\n2020-09-13T14:26:41+0200,u1,i2\n",
    ],
)
def test_public_files_are_read(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content)
    assert (found.user_ids, found.item_ids) == (("u1",), ("i1", "i2"))
    np.testing.assert_array_equal(found.time, [1_600_000_000, 1_600_000_001])


def test_double_colons_separate(tmp_path: Path) -> None:
    found = read(tmp_path, "1::10::4::1600000000\n1::20::3::1600000001\n", "ratings.dat")
    assert (found.user_ids, found.item_ids) == (("1",), ("10", "20"))


def test_ids_that_became_numbers_with_a_point_are_the_ids_they_were(tmp_path: Path) -> None:
    found = read(tmp_path, "user,item\n7.0,10.0\n8.0,11.0\n")
    assert (found.user_ids, found.item_ids) == (("7", "8"), ("10", "11"))
    versions = read(tmp_path, "user,item\n7.0,1.0\n8.5,1.1\n")
    assert versions.user_ids == ("7.0", "8.5")


def test_rows_without_a_time_are_dropped_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "user,item,timestamp\na,x,2024-01-01\na,y,\nb,x,2024-01-02\n")
    assert (len(found.user), found.dropped) == (2, 1)
    assert found.time.min() == 1_704_067_200


def test_long_texts_are_read_and_broken_tables_say_so(tmp_path: Path) -> None:
    long = f'user,item,review\na,x,"{"y" * 200_000}"\n'
    assert read(tmp_path, long).item_ids == ("x",)
    with pytest.raises(BadInteractions, match="row 3 has 1 fields"):
        read(tmp_path, "user,item\na,x\nb\n")


def test_dislikes_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("user,item,rating\na,x,1\na,hated,-1\nb,y,2\nb,hated,-1\n")
    liked, dislikes = read_interactions(path).liked()
    assert (liked.interactions().item_ids, dislikes) == (("x", "y"), 2)


def test_files_that_do_not_meet_say_so(tmp_path: Path) -> None:
    train = read(tmp_path, "user,item\na,x\na,y\nb,x\nb,z\n")
    with pytest.raises(BadInteractions, match="train and test share no item"):
        notes_on_meeting(train, read(tmp_path, "user,item\na,q\n"))
    others = notes_on_meeting(train, read(tmp_path, "user,item\nc,x\n"))
    assert [note.split(" (")[0] for note in others] == ["train and test share no user"]
    (same,) = notes_on_meeting(train, train)
    assert same.startswith("more than half of test stands in train already")
    assert notes_on_meeting(train, read(tmp_path, "user,item\na,z\nb,y\n")) == ()
