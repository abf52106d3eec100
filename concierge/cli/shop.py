"""`concierge shop`: make the demo shop, or bring in a shop's own data."""

import re
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import TextColumn, TimeRemainingColumn
from rich.table import Table

from concierge.app.preparation import console, prepare_database, progress_bar
from kit.clock import SystemClock
from kit.database import open_database
from kit.settings import load_settings
from shop.demo.making import SEED, DemoError, make_demo
from shop.imports import ImportProblem, Kind, Report, Wanted, import_file, import_tau, preset_names

Source = Literal[Kind, "tau"]

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def shop() -> None:
    """The shop's data."""


@app.command()
def demo(
    customers: Annotated[int, typer.Option(help="How many customers.")] = 5000,
    products: Annotated[int, typer.Option(help="How many products.")] = 2000,
    days: Annotated[int, typer.Option(help="How many days of history.")] = 730,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = SEED,
) -> None:
    """Make the synthetic demo shop in an empty database; dates are relative to now."""
    settings = load_settings()
    prepare_database(settings)
    database = open_database(settings.database_url)
    try:
        make_demo(
            database,
            now=SystemClock().now(),
            seed=seed,
            customers=customers,
            products=products,
            days=days,
        )
    except DemoError as error:
        typer.echo(f"shop demo: {error}", err=True)
        raise typer.Exit(2) from error
    finally:
        database.close()
    typer.echo(f"the demo shop is ready: {products} products, {customers} customers")


@app.command("import")
def import_command(
    kind: Annotated[Source, typer.Argument(help="What the file holds.")],
    file: Annotated[
        Path, typer.Argument(help="A CSV or Parquet file; for tau JSON.", show_default=False)
    ],
    preset: Annotated[
        str | None,
        typer.Option(
            help=f"The file's origin: {', '.join(preset_names())} [default: told by its columns]."
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="ours=theirs: which column is which; may be repeated."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Of amounts without a currency column, like EUR.")
    ] = None,
    create_products: Annotated[
        bool | None,
        typer.Option(help="Make products that orders name and the shop lacks [default: preset's]."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of a text file that is not UTF-8, like cp1252 or gb18030.")
    ] = None,
    decimal: Annotated[
        str | None, typer.Option(help="What begins the cents: point or comma [default: decided].")
    ] = None,
    dates: Annotated[
        str | None, typer.Option(help="day-first or month-first [default: decided].")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be done, and change nothing.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rows that are left out go, with the reason.")
    ] = None,
) -> None:
    """Import customers, products, orders, events or stock; a second time changes nothing.

    `tau` is a whole shop in one file: it needs no setting but --dry-run.
    """
    settings = load_settings()
    place = rejects or settings.data_dir / "imports" / f"{file.stem}-{kind}.rejects.csv"
    try:
        mapping = _mapping(columns or [])
        if currency is not None and not re.fullmatch("[A-Z]{3}", currency):
            raise ImportProblem(f"--currency must be three capitals like EUR, got {currency!r}")
        wanted = _wanted(encoding, decimal, dates)
        prepare_database(settings)
        database = open_database(settings.database_url)
        try:
            with progress_bar(
                TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn()
            ) as bar:
                task = bar.add_task(f"importing {kind}", total=None)
                read = (
                    partial(
                        import_file,
                        kind=kind,
                        preset=preset,
                        columns=mapping,
                        currency=currency,
                        creates_products=create_products,
                        wanted=wanted,
                    )
                    if kind != "tau"
                    else import_tau
                )
                report = read(
                    database,
                    path=file,
                    rejects=place,
                    now=SystemClock().now(),
                    language=settings.default_language,
                    dry_run=dry_run,
                    progress=lambda done, size: bar.update(task, completed=done, total=size),
                )
        finally:
            database.close()
    except ImportProblem as problem:
        typer.echo(f"shop import: {problem}", err=True)
        raise typer.Exit(2) from problem
    _summary(report)


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        ours, sign, theirs = pair.partition("=")
        if not sign or not ours or not theirs:
            raise ImportProblem(f"--map must look like sku=Article, got {pair!r}")
        mapping[ours.strip()] = theirs.strip()
    return mapping


def _wanted(encoding: str | None, decimal: str | None, dates: str | None) -> Wanted:
    signs: dict[str | None, Literal[".", ","] | None] = {None: None, "point": ".", "comma": ","}
    if decimal not in signs:
        raise ImportProblem(f"--decimal must be point or comma, got {decimal!r}")
    orders: dict[str | None, Literal["day-first", "month-first"] | None] = {
        None: None,
        "day-first": "day-first",
        "month-first": "month-first",
    }
    if dates not in orders:
        raise ImportProblem(f"--dates must be day-first or month-first, got {dates!r}")
    return Wanted(encoding=encoding, decimals=signs[decimal], day_order=orders[dates])


def _summary(report: Report) -> None:
    table = Table(title="dry run: nothing was changed" if report.is_dry_run else "import")
    table.show_header = False
    table.add_row("read as", report.system)
    table.add_row("rows read", f"{report.read:,}")
    table.add_row("rows kept", f"{report.kept:,}")
    table.add_row("rows repaired", f"{report.repaired:,}")
    table.add_row("rows refused", f"{report.refused:,}")
    for name, number in sorted(report.counts.items()):
        table.add_row(name, f"{number:,}")
    for name, number in sorted(report.rules.items()):
        table.add_row(f"rule {name}", f"{number:,}")
    console.print(table)
    for remark in report.remarks:
        console.print(remark, soft_wrap=True, markup=False)
    for (rule, field), examples in sorted(report.examples.items()):
        for example in examples:
            line = f"line {example.line}, {field}: {example.text} ({rule})"
            console.print(line, soft_wrap=True, markup=False)
    if report.unused:
        console.print(f"columns not used: {', '.join(report.unused)}", soft_wrap=True, markup=False)
    if report.absent:
        console.print(f"not in the file: {', '.join(report.absent)}", soft_wrap=True, markup=False)
    if report.refused:
        console.print(f"rows left out are in {report.rejects}", soft_wrap=True)
    if not report.changed:
        console.print("nothing has changed")
