"""What the imports draw: floors and doors are import-linter's business, circles are held here."""

import tomllib
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parents[2]
Drawn = Mapping[str, set[str]]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """What each module imports, inside its functions too: they only hide a circle."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    graph = grimp.build_graph(*settings["tool"]["importlinter"]["root_packages"])
    return {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}


def circle_in(drawn: Drawn) -> str:
    """The first circle that is found; empty where there is none."""
    try:
        TopologicalSorter(drawn).prepare()
    except CycleError as error:
        return " ▸ ".join(error.args[1])
    return ""


def room(module: str) -> str:
    """The room that a module stands in; the desk is two, with the channels in between."""
    first, *rest = module.split(".")
    return f"{first}.{rest[0]}" if first == "desk" and rest else first


def test_no_modules_import_each_other_in_a_circle(drawn: Drawn) -> None:
    assert len(drawn) > 800
    assert circle_in(drawn) == ""


def test_no_rooms_import_each_other_in_a_circle(drawn: Drawn) -> None:
    rooms: dict[str, set[str]] = {}
    for module, imports in drawn.items():
        rooms.setdefault(room(module), set()).update(map(room, imports))
    assert circle_in({one: imports - {one} for one, imports in rooms.items()}) == ""


def test_a_circle_is_told() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"a"}}).count("▸") == 3
