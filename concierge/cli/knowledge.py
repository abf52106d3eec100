"""`concierge knowledge`: articles that answer at once, and how well they are found."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from concierge.app.preparation import console, migrated_database
from concierge.cli.spoken import ONE_OF
from kit.clock import SystemClock
from kit.database import Database
from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language
from kit.settings import load_settings

app = typer.Typer(add_completion=False, no_args_is_help=True)
Spoken = Annotated[str, typer.Option(help=ONE_OF)]
Editor = Annotated[str, typer.Option(help="Who changes it; kept with the change.")]


@app.callback()
def knowledge() -> None:
    """Add, change, withdraw and list articles while the system runs; measure how they are found."""


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="An article: front matter, then the text.")],
    language: Spoken = DEFAULT_LANGUAGE,
    slug: Annotated[str | None, typer.Option(help="Its name; the file's without it.")] = None,
    by: Editor = "command line",
) -> None:
    """Add an article, or change the one of that name; it answers within a second."""
    from knowledge.articles import ArticleError, read_article
    from knowledge.store import put_article

    spoken = _language(language)
    try:
        article = read_article(file, spoken)
    except FileNotFoundError as error:
        raise _bad(f"{file} is not there") from error
    except ArticleError as error:
        raise _bad(str(error)) from error
    article = replace(article, slug=slug or article.slug)
    with migrated_database(load_settings()) as database, database.session() as session:
        revision = put_article(session, article, now=SystemClock().now(), by=by)
    typer.echo(f"{spoken}/{article.slug} answers now (change {revision}).")


@app.command()
def withdraw(
    slug: Annotated[str, typer.Argument(help="The article's name.")],
    language: Spoken = DEFAULT_LANGUAGE,
    by: Editor = "command line",
) -> None:
    """Take an article away, from the database or a file; it stops answering within a second."""
    from knowledge.store import withdraw_article

    spoken = _language(language)
    with migrated_database(load_settings()) as database:
        if (spoken, slug) not in {(language, name) for language, name, *_ in _listed(database)}:
            raise _bad(f"there is no article {spoken}/{slug}; see concierge knowledge list")
        with database.session() as session:
            withdraw_article(session, slug, spoken, now=SystemClock().now(), by=by)
    typer.echo(f"{spoken}/{slug} is withdrawn.")


@app.command()
def restore(
    slug: Annotated[str, typer.Argument(help="The article's name.")],
    language: Spoken = DEFAULT_LANGUAGE,
    by: Editor = "command line",
) -> None:
    """Undo what was changed or withdrawn: the article's file, if there is one, counts again."""
    from knowledge.store import changes_since, restore_article

    spoken = _language(language)
    with migrated_database(load_settings()) as database, database.session() as session:
        known = {(change.language, change.slug) for change in changes_since(session)}
        if (spoken, slug) not in known:
            raise _bad(f"{spoken}/{slug} was never changed here; its file counts already")
        restore_article(session, slug, spoken, now=SystemClock().now(), by=by)
    typer.echo(f"{spoken}/{slug} is what its file says.")


@app.command("list")
def list_articles(language: Annotated[str | None, typer.Option(help="en or zh")] = None) -> None:
    """List the articles that count now and where each is from."""
    wanted = None if language is None else _language(language)
    table = Table("language", "slug", "topic", "title", "from")
    with migrated_database(load_settings()) as database:
        for spoken, slug, topic, title, origin in _listed(database):
            if wanted in {None, spoken}:
                table.add_row(spoken, slug, topic, title, origin)
    console.print(table)


@app.command()
def evaluate(
    passages: Annotated[Path, typer.Option(help="CSV or JSONL: id,text[,title,label].")],
    queries: Annotated[Path, typer.Option(help="CSV or JSONL: text and passage_id or label.")],
    train: Annotated[
        Path | None, typer.Option(help="Queries to learn from, in the form of --queries.")
    ] = None,
    language: Spoken = DEFAULT_LANGUAGE,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file.")
    ] = None,
    plots: Annotated[Path | None, typer.Option(help="Draw recall.png into this folder.")] = None,
) -> None:
    """Search for every query: ours, BM25 and the encoder alone, in one run."""
    from encoders.shared import ensure_exports, shared_encoders
    from knowledge.evaluation import compare, draw, figures
    from knowledge.passages import BadPassages, read_passages, read_queries

    spoken = _language(language)
    settings = load_settings()
    try:
        filed = read_passages(passages)
        asked = read_queries(queries, filed)
        learned = read_queries(train, filed) if train else []
    except BadPassages as error:
        raise _bad(str(error)) from error
    with console.status("preparing the encoders …") as status:
        ensure_exports(settings.data_dir)
        compared = compare(
            filed,
            asked,
            encoders=shared_encoders(settings.data_dir),
            language=spoken,
            train=learned,
            progress=lambda what: status.update(f"{what} …"),
        )
    found = figures(compared)
    console.print(_table(queries.name, found))
    if plots is not None:
        console.print(f"drawn: {draw(compared, plots)}")
    if json_file is not None:
        json_file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


@app.command()
def answers(
    language: Annotated[str | None, typer.Option(help="en or zh; both without it.")] = None,
    show: Annotated[bool, typer.Option(help="Print the questions that were missed.")] = False,
) -> None:
    """Ask the index every question that was held out: right answer first, wrong answers given."""
    from knowledge.index import IndexMissing, KnowledgeIndex
    from knowledge.measuring import answer_figures, try_answers
    from knowledge.questions import load_questions

    settings = load_settings()
    try:
        index = KnowledgeIndex.load(settings.knowledge_dir, settings.data_dir)
    except IndexMissing as error:
        raise _bad(str(error)) from error
    for spoken in LANGUAGES if language is None else (_language(language),):
        tried = try_answers(index, load_questions(settings.root / "nlu_data", spoken), spoken)
        table = Table("", spoken)
        for name, value in answer_figures(tried).items():
            table.add_row(name, f"{value:.4g}")
        console.print(table)
        for one in tried if show else ():
            if one.hit is not None and (one.is_wrong or (one.slug and not one.is_right)):
                told = "said" if one.is_wrong else "not sure of"
                console.print(f"{one.asked.text} → {told}: {one.hit.said}", markup=False)


def _table(name: str, found: Mapping[str, float | int | str]) -> Table:
    table = Table("", "ours", "BM25", "encoder", title=name)
    for figure in ("recall@1", "recall@5", "mrr"):
        table.add_row(
            figure,
            *(
                f"{found[key]:.4f} ({found[f'{key}_low']:.3f}–{found[f'{key}_high']:.3f})"
                for key in (figure, f"bm25_{figure}", f"encoder_{figure}")
            ),
        )
    for key in ("queries", "index", "train_seconds", "ms_p50", "ms_p95"):
        table.add_row(key, str(found[key]))
    return table


def _listed(database: Database) -> list[tuple[Language, str, str, str, str]]:
    """Language, slug, topic, title and origin of every article that counts."""
    from knowledge.articles import ArticleError
    from knowledge.sources import Sources

    sources = Sources(load_settings().root / "nlu_data", database, strict=True)
    try:
        sources.refresh()
    except ArticleError as error:
        raise _bad(str(error)) from error
    return [
        (
            language,
            article.slug,
            article.topic,
            article.title,
            "file" if f"{language}/{article.slug}" in sources.files else "database",
        )
        for language in LANGUAGES
        for article in sources.articles(language)
    ]


def _language(given: str) -> Language:
    if given not in LANGUAGES:
        raise _bad(f"--language must be one of {', '.join(LANGUAGES)}, got {given!r}")
    return given


def _bad(reason: str) -> typer.Exit:
    typer.echo(f"knowledge: {reason}", err=True)
    return typer.Exit(2)
