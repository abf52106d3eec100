"""What the imports draw: floors and doors are import-linter's business, circles are held here."""

import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions count too: they only hide a circle."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    graph = grimp.build_graph(*settings["tool"]["importlinter"]["root_packages"])
    drawn = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    assert len(drawn) > 800
    try:
        TopologicalSorter(drawn).prepare()
    except CycleError as error:
        raise AssertionError(" ▸ ".join(error.args[1])) from None
