"""The history of a folder of content, kept by git: every change one commit with its author.

A folder that is in no git repository can be edited all the same; it has no history then.
"""

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kit.files import write_whole
from studio.content.entries import BrokenFile, ItemGone
from studio.content.undoing import steps_between, undo

SECONDS: Final = 20.0
BETWEEN: Final = "\x1f"
FORMAT: Final = BETWEEN.join(("%H", "%aI", "%an", "%ae", "%s")) + "\x1e"
# What stands before page edits, and was changed by hand, is a commit of its own.
BY_HAND: Final = "Changes made in the files by hand"
# A repository's own hooks, signatures and tidying are for people at a terminal.
_QUIET: Final = (
    *("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false"),
    *("-c", "gc.auto=0", "-c", "maintenance.auto=false"),
)


class NoHistory(RuntimeError):
    """There is no git repository, or git could not do what was asked; the message says why."""


class CannotRevert(RuntimeError):
    """A change that cannot be taken back, because what it made has been changed since."""


@dataclass(frozen=True)
class Author:
    """Who makes a change."""

    name: str
    email: str


@dataclass(frozen=True)
class Change:
    """One commit that touched the folder."""

    id: str
    at: datetime
    author: Author
    subject: str


@dataclass(frozen=True)
class FileChange:
    """What a change did to one file: lines with their sign (`+`, `-` or a space)."""

    path: str
    lines: tuple[tuple[str, str], ...]


def has_history(folder: Path) -> bool:
    """Whether git keeps this folder: it lies in a repository and is not ignored there."""
    try:
        inside = _git(folder, "rev-parse", "--is-inside-work-tree").strip() == "true"
    except NoHistory:
        return False
    ignored = _run(folder, ("check-ignore", "-q", "."), None).returncode == 0
    return inside and not ignored


def repository_of(folder: Path) -> tuple[str, int] | None:
    """What tells the repository around a folder from another, without asking git."""
    for place in (folder.resolve(), *folder.resolve().parents):
        with suppress(OSError):
            return str(place), (place / ".git").stat().st_ino
    return None


def commit(folder: Path, paths: Sequence[Path], subject: str, author: Author) -> None:
    """Commit these files as they are, and nothing else that is staged. Raises NoHistory."""
    names = [path.relative_to(folder).as_posix() for path in paths]
    words = (*_QUIET, "commit", "--quiet", "-m", subject, "--", *names)
    if _run(folder, words, author).returncode != 0:  # git may not know a file yet
        _git(folder, "add", "--", *names)
        _git(folder, *words, author=author)


def commit_hand_edits(folder: Path, paths: Sequence[Path], author: Author) -> None:
    """Keep what was edited by hand apart from the page edit that follows. Raises NoHistory."""
    names = [path.relative_to(folder).as_posix() for path in paths]
    if names and _git(folder, "status", "--porcelain", "--", *names).strip():
        commit(folder, paths, BY_HAND, author)


def changes(folder: Path, *, most: int = 50, skip: int = 0) -> list[Change]:
    """The commits that touched the folder, newest first. Raises NoHistory."""
    if _run(folder, ("rev-parse", "--verify", "-q", "HEAD"), None).returncode != 0:
        return []  # a repository without a commit
    told = _git(folder, "log", f"--format={FORMAT}", f"-{most}", f"--skip={skip}", "--", ".")
    return [_change(one) for one in told.split("\x1e") if one.strip()]


def find_change(folder: Path, change_id: str) -> Change:
    """One commit. Raises NoHistory where there is none of this id that touched the folder."""
    done = _run(folder, ("log", "-1", f"--format={FORMAT}", change_id, "--", "."), None)
    told = done.stdout.split("\x1e")[0]
    found = _change(told) if told.strip() else None
    if found is None or found.id != change_id:
        raise NoHistory(f"there is no change {change_id[:12]}")
    return found


def head(folder: Path) -> str:
    """The newest commit of the repository; "" where there is none."""
    try:
        return _git(folder, "rev-parse", "--verify", "-q", "HEAD").strip()
    except NoHistory:
        return ""


def commit_before(folder: Path, at: datetime) -> str:
    """The newest commit made before that time; "" where there is none. Raises NoHistory."""
    return _git(folder, "rev-list", "-1", f"--before={at.isoformat()}", "HEAD").strip()


def changed_files(folder: Path, commit_id: str) -> list[str]:
    """Files that are not as they were in a commit, new ones included. Raises NoHistory."""
    told = _git(folder, *_PLAIN, "diff", "--name-only", "-z", "--relative", commit_id, "--", ".")
    new = _git(folder, *_PLAIN, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return sorted({one for one in (told + new).split("\0") if one})


def text_at(folder: Path, commit_id: str, name: str) -> str:
    """A file's text in a commit; "" where it was not there. Raises NoHistory."""
    done = _run(folder, ("show", f"{commit_id}:./{name}"), None)
    return done.stdout if done.returncode == 0 else ""


def diff(folder: Path, change_id: str) -> list[FileChange]:
    """What a commit changed in the folder, file by file. Raises NoHistory."""
    told = _git(folder, *_PLAIN, "show", *_OF, "--unified=2", "--relative", change_id, "--", ".")
    found: list[FileChange] = []
    for part in told.split("diff --git ")[1:]:
        head, *lines = part.split("\n")
        path = head.rpartition(" b/")[2].strip('"')
        begun = next((at for at, line in enumerate(lines) if line.startswith("@@")), len(lines))
        shown = [
            ("@", "") if line.startswith("@@") else (line[0], line[1:])
            for line in lines[begun:]
            if line and not line.startswith("\\")
        ]
        found.append(FileChange(path, tuple(shown[1:])))
    return found


def revert(folder: Path, change_id: str) -> list[Path]:
    """Take a change back in the files, by entry where it can be; the files, not yet committed.

    Raises CannotRevert and changes nothing where what it made has been changed since; NoHistory.
    """
    find_change(folder, change_id)
    names = _git(folder, *_PLAIN, "show", *_OF, "--name-only", "--relative", change_id, "--", ".")
    texts = {
        folder / name: _reverted(folder, name, change_id) for name in names.splitlines() if name
    }
    by_lines = [path for path, text in texts.items() if text is None]
    if by_lines:
        patch = _git(
            folder,
            *_PLAIN,
            "show",
            *_OF,
            "--binary",
            change_id,
            "--",
            *(path.relative_to(folder).as_posix() for path in by_lines),
        )
        done = _run(folder, ("apply", "--reverse", "--whitespace=nowarn", "-"), None, patch)
        if done.returncode != 0:
            raise CannotRevert(", ".join(path.name for path in by_lines))
    for path, text in texts.items():
        if text is not None:
            write_whole(path, text)
    return list(texts)


# What a commit changed, a merge against the branch it was merged into.
_OF: Final = ("--format=", "-m", "--first-parent")
_PLAIN: Final = ("-c", "core.quotePath=false", "-c", "diff.noprefix=false", "-c", "color.ui=never")


def _reverted(folder: Path, name: str, change_id: str) -> str | None:
    """The file's text now without the change; None where it is no change of entries.

    Raises CannotRevert.
    """
    path = folder / name
    versions = [
        _run(folder, ("show", f"{one}:./{name}"), None) for one in (f"{change_id}^", change_id)
    ]
    if any(one.returncode for one in versions) or not path.is_file():
        return None  # a file that came or went
    before, after = (one.stdout for one in versions)
    try:
        now = path.read_bytes().decode()
        steps = steps_between(before, after)
        return None if not steps else undo(now, steps)
    except (BrokenFile, UnicodeDecodeError):
        return None
    except (ItemGone, ValueError) as error:
        raise CannotRevert(name) from error


def _change(told: str) -> Change:
    sha, at, name, email, subject = told.strip("\n").split(BETWEEN)
    return Change(sha, datetime.fromisoformat(at), Author(name, email), subject)


def _git(folder: Path, *words: str, author: Author | None = None) -> str:
    done = _run(folder, words, author)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise NoHistory(said[-1] if said else "git said nothing")
    return done.stdout


def _run(
    folder: Path, words: Sequence[str], author: Author | None, given: str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run git in the folder; the repository is found from there, never from the environment."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("GIT_")
    } | {"LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    if author is not None:
        for who in ("AUTHOR", "COMMITTER"):
            environment |= {f"GIT_{who}_NAME": author.name, f"GIT_{who}_EMAIL": author.email}
    try:
        done = subprocess.run(
            ["git", *words],  # noqa: S607 - git is found where it is installed
            cwd=folder,
            env=environment,
            input=None if given is None else given.encode(),
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        raise NoHistory("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise NoHistory(f"git did not answer within {SECONDS:g} s") from error
    return subprocess.CompletedProcess(
        done.args,
        done.returncode,
        done.stdout.decode(errors="replace"),
        done.stderr.decode(errors="replace"),
    )
