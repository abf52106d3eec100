"""The card beside the assistant's model: what it is, what it learned from, how good each part is.

Every component leaves `card.json` in its folder of Rasa's archive; those are put together here with
the encoders' and the index's, as `<model>.card.json` for programs and `<model>.card.md` for people.
"""

import hashlib
import json
import sys
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from encoders.shared import export_folder
from kit.i18n import LANGUAGES

CARD: Final = "card.json"
LIBRARIES: Final = ("rasa", "numpy", "scikit-learn", "onnxruntime")


def write_model_card(
    model: Path, nlu_data: Path, data_dir: Path, knowledge: Mapping[str, Any], seconds: float
) -> Path:
    """Write the cards of a trained archive; the path of the one for programs.

    `knowledge` is the index's own card, `seconds` how long all of the training took.
    """
    facts: dict[str, Any] = {
        "model": model.name,
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "data": {"from": "nlu_data and the catalogue's names", "sha256": _digest(nlu_data)},
        "parts": _parts(model) | {"knowledge": dict(knowledge)},
        "encoders": {
            language: json.loads((export_folder(data_dir, language) / CARD).read_text("utf-8"))
            for language in LANGUAGES
        },
        "libraries": {name: version(name) for name in LIBRARIES},
        "python": sys.version.split()[0],
    }
    target, text = card_files(model)
    target.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
    text.write_text(_for_people(facts), "utf-8")
    return target


def card_files(model: Path) -> tuple[Path, Path]:
    """Where the cards of an archive stand."""
    name = model.name.removesuffix(".tar.gz")
    return model.with_name(f"{name}.card.json"), model.with_name(f"{name}.card.md")


def _parts(model: Path) -> dict[str, Any]:
    """The cards that components left in their folders, by the component's name."""
    with tarfile.open(model) as archive:
        found = {
            Path(member.name).parent.name: json.loads(content.read())
            for member in archive
            if Path(member.name).name == CARD and (content := archive.extractfile(member))
        }
    return {
        name.rpartition(".")[2].removeprefix("train_"): card for name, card in sorted(found.items())
    }


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _for_people(facts: Mapping[str, Any]) -> str:
    encoders = ", ".join(
        f"{card['model']} ({language}, {card['weights']})"
        for language, card in facts["encoders"].items()
    )
    lines = f"""# The shop's assistant

Trained {facts["trained_at"]} in {facts["seconds"]} s, from nlu_data (SHA-256
{facts["data"]["sha256"][:16]}…) and the names of the catalogue.

- **Encoders:** {encoders}.
- **What for:** shoppers' short messages in English and Chinese. Figures are of this shop's own
  examples, each judged by a model that had not seen it.
- **What not for:** other languages, long texts, decisions about people.

| part | language | figure | value |
|---|---|---|---|""".splitlines()
    for part, card in facts["parts"].items():
        for language, figures in card.get("metrics", {}).items():
            lines += [
                f"| {part} | {language} | {name.replace('_', ' ')} | {value:g} |"
                for name, value in figures.items()
                if isinstance(value, int | float)
            ]
    return "\n".join(lines) + "\n"
