"""Bring another shop's customers, products, orders, events and stock in from files."""

from shop.imports.files import ImportProblem
from shop.imports.presets import PRESETS, preset_names
from shop.imports.report import Report
from shop.imports.rows import Kind
from shop.imports.running import import_file

__all__ = ["PRESETS", "ImportProblem", "Kind", "Report", "import_file", "preset_names"]
