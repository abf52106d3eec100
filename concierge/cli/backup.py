"""`concierge backup`: both databases and the data folder into one file, while the system runs."""

from pathlib import Path
from typing import Annotated

import typer

from concierge.app.backup import BackupError, make_backup
from kit.settings import load_settings


def command(
    file: Annotated[Path, typer.Argument(help="Where to write it, such as shop.tar.gz.")],
) -> None:
    """Write a backup. It holds personal data and the signing key: keep it as safe as the shop."""
    try:
        made = make_backup(load_settings(), file.resolve())
    except BackupError as error:
        typer.echo(f"concierge backup: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{file}: {made.row_count} rows of {len(made.rows)} databases, {made.files} files")
