"""Bring another shop's customers, products, orders, events and stock in from files."""

from shop.imports.columns import Kind
from shop.imports.presets import preset_names
from shop.imports.problems import ImportProblem
from shop.imports.report import Report
from shop.imports.running import import_file
from shop.imports.survey import Wanted
from shop.imports.tau import import_tau

__all__ = ["ImportProblem", "Kind", "Report", "Wanted", "import_file", "import_tau", "preset_names"]
