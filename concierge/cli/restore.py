"""`concierge restore`: put a backup in place of what is there."""

from pathlib import Path
from typing import Annotated

import typer

from concierge.app.backup import BackupError, restore_backup
from concierge.app.preparation import PreparationError, refuse_taken_ports
from kit.settings import load_settings


def command(
    file: Annotated[Path, typer.Argument(help="A file that `concierge backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of data; the old stays beside it.")
    ] = False,
) -> None:
    """Restore a backup, proved by the hashes of its files and rows; stop the system first."""
    settings = load_settings()
    try:
        refuse_taken_ports(settings)
        restored = restore_backup(settings, file, replace=replace)
    except (BackupError, PreparationError) as error:
        typer.echo(f"concierge restore: {error}", err=True)
        raise typer.Exit(1) from error
    typer.echo(
        f"{restored.row_count} rows of {len(restored.rows)} databases and {restored.files} files "
        "are back; `concierge up` brings the schema up to date"
    )
