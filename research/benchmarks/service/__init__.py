"""`concierge bench service`: real retail tasks by a scripted shopper, judged by the end state."""

import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

from kit.clock import SystemClock
from kit.database import open_database, upgrade
from kit.i18n import as_language
from research.benchmarks.service.agendas import Agenda, BadAgenda, read_agendas, read_json
from research.benchmarks.service.chinese import chinese_agenda, chinese_shop
from research.benchmarks.service.generated import generated_agendas
from research.benchmarks.service.playing import InProcess, Played, Running, Stage, play
from research.benchmarks.service.reference import check_task
from research.benchmarks.service.score import figures, print_figures
from shop.imports.tree import read_tree

AGENDAS: Final = Path(__file__).parent / "agendas"
POLICY: Final = Path(__file__).parent / "policy.yml"
SEEDS: Final = 4


def run(
    root: Path,
    data_dir: Path,
    _stock: Path | None = None,
    *,
    db: Path,
    tasks: Path,
    agendas: Path | None = None,
    seeds: int = SEEDS,
    language: str = "en",
    sample: int = 0,
    talks: Path | None = None,
    in_process: bool = False,
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """Play each task `seeds` times, print the table, give back the figures.

    Raises BadAgenda or ImportProblem for a file that is wrong.
    """
    listed = read_tasks(tasks)
    chosen = agendas_for(tasks, listed, agendas)
    if only:
        chosen = [one for one in chosen if one.id in only or one.task in only]
    if sample:
        chosen = random.Random(0).sample(chosen, min(sample, len(chosen)))
    shop = read_tree(db).value
    for part in ("users", "orders", "products"):
        if not isinstance(shop.get(part), dict):
            raise BadAgenda(f"{db.name}: {part} is missing or no object")
    for place, task in enumerate(listed):
        check_task(f"{tasks.name}: [{place}]", task, shop)
    for agenda in chosen:
        if agenda.user not in shop["users"]:
            raise BadAgenda(f"agenda {agenda.id}: user {agenda.user} is not in {db.name}")
    if language == "zh":
        if any(wish.say or one.opening for one in chosen for wish in one.wishes):
            raise BadAgenda(
                f"{tasks.name}: agendas with wordings of their own stay in their language"
            )
        chosen, shop = [chinese_agenda(one) for one in chosen], chinese_shop(shop)
    by_id = {str(task.get("id", place)): task for place, task in enumerate(listed)}
    played: list[Played] = []
    with _stage(root, data_dir, shop, db.name, in_process=in_process) as stage:
        for seed in range(seeds):
            for agenda in chosen:
                one = play(stage, agenda, by_id[agenda.task], shop, seed=seed)
                played.append(one)
                if talks is not None:
                    _note(talks, one, first=len(played) == 1)
    found = figures(played)
    print_figures(f"{tasks.name}, {language}, {seeds} seeds", found)
    return found


def read_tasks(path: Path) -> list[Mapping[str, Any]]:
    """The tasks of a file. Raises BadAgenda."""
    value = read_json(path)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadAgenda(f"{path.name} must hold a list of tasks")
    return value


def agendas_for(
    tasks: Path, listed: Sequence[Mapping[str, Any]], given: Path | None
) -> list[Agenda]:
    """An agenda for each task: read from `given`, parsed, or those that come with the project.

    Raises BadAgenda where one names a task that is not in the file.
    """
    if given is not None:
        files = sorted(given.glob("*.json")) if given.is_dir() else [given]
        found = [one for file in files for one in read_agendas(file)]
    elif listed and "instruction" in listed[0]:
        return generated_agendas(tasks.name, listed)
    else:
        found = [one for file in sorted(AGENDAS.glob("*.json")) for one in read_agendas(file)]
    known = {str(task.get("id", place)) for place, task in enumerate(listed)}
    lost = next((one for one in found if one.task not in known), None)
    if lost is not None and given is not None:
        raise BadAgenda(f"agenda {lost.id}: task {lost.task} is not in {tasks.name}")
    return [one for one in found if one.task in known]


def import_shop(shop: Mapping[str, Any], folder: Path, name: str = "db.json") -> Path:
    """A database file with the shop. Raises ImportProblem, which names the file `name`."""
    from shop.imports import import_tau

    db = folder / name
    db.write_text(json.dumps(shop), encoding="utf-8")
    path = folder / "shop.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    database = open_database(url)
    import_tau(database, db, rejects=folder / "rejects.csv", now=SystemClock().now())
    database.close()
    return path


@contextmanager
def _stage(
    root: Path, data_dir: Path, shop: Mapping[str, Any], file: str, *, in_process: bool
) -> Iterator[Stage]:
    """A shop to play in, in a folder of its own that borrows what was trained in `data_dir`."""
    with tempfile.TemporaryDirectory(prefix="concierge-service-") as made:
        folder = Path(made)
        pristine = import_shop(shop, folder, file)
        for trained in data_dir.iterdir():
            if not trained.name.startswith(("concierge.db", "tracker.db", pristine.name)):
                (folder / trained.name).symlink_to(trained)
        live = folder / "concierge.db"
        live.write_bytes(pristine.read_bytes())
        if in_process:
            yield _in_process(root, folder, pristine)
        else:
            from research.benchmarks.ours import our_system

            more = {"CONCIERGE_POLICY": str(POLICY), "CONCIERGE_DEMO": "false"}
            with our_system(root, folder, more) as system:
                yield Running(
                    system.front_url,
                    open_database(f"sqlite:///{pristine}"),
                    open_database(f"sqlite:///{live}"),
                )


def _in_process(root: Path, folder: Path, shop: Path) -> InProcess:
    from kit.settings import load_settings
    from research.player import open_player, trained_understanding

    url = f"sqlite:///{folder / 'concierge.db'}"
    settings = replace(load_settings(), root=root, data_dir=folder, database_url=url, policy=POLICY)
    player = open_player(settings, trained_understanding(settings, folder), SystemClock().now())
    player.language = as_language("en")
    return InProcess(player, shop, folder / "talk.db")


def _note(path: Path, one: Played, *, first: bool) -> None:
    """Add a talk to a file of JSON lines, which a new run begins anew."""
    with path.open("w" if first else "a", encoding="utf-8") as file:
        file.write(json.dumps({"passed": one.passed, **asdict(one)}, ensure_ascii=False) + "\n")
