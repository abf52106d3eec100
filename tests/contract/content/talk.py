"""Run in a copy of the project with other content: holds a conversation, prints it as JSON.

It is told as JSON: the `language`, what is `said`, whether each text begins `afresh`, and in that
language the names of `goods` and `shelves`, which stand in place of those in English.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select

from encoders.shared import ensure_exports
from encoders.sources import EncoderSource
from kit.database import open_database, upgrade
from kit.languages import LANGUAGES
from kit.settings import load_settings
from knowledge.building import build_index
from research.player import as_guest, learn, open_player
from shop.catalogue import name_table
from shop.models import CategoryText, Order, ProductText
from tests.dialogues import MIA, NOW, fill_shop


def main(root: Path, told: dict[str, Any]) -> None:
    language, data_dir = told["language"], root / "var"
    environ = {"CONCIERGE_DATA_DIR": str(data_dir), "CONCIERGE_LANGUAGE": language}
    settings = load_settings(environ, root)
    ensure_exports(data_dir, dict.fromkeys(LANGUAGES, EncoderSource("hashed", "none")))
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    fill_shop(database)
    with database.session() as session:
        for table, key, names in (
            (ProductText, "product_id", told.get("goods")),
            (CategoryText, "category_id", told.get("shelves")),
        ):
            if names:
                session.execute(delete(table))
            for place, name in enumerate(names or (), start=1):
                session.add(table(**{key: place}, language=language, name=name))
    with database.reading() as session:
        known = name_table(session)
    build_index(root / "nlu_data", data_dir, settings.knowledge_dir, database)
    database.close()
    guest = open_player(settings, learn(root, data_dir, known), NOW)
    player = as_guest(guest, who=MIA, language=language)
    turns = []
    for text in told["said"]:
        if told.get("afresh"):
            player = as_guest(guest, who=MIA, language=language)
        replies = player.say(text)
        turns.append(
            {
                "language": player.language,
                "responses": [one.response for one in replies],
                "text": "\n".join(one.text for one in replies),
                "cards": str([vars(card) for one in replies for card in one.cards]),
                "buttons": [title for one in replies for title, _ in one.buttons],
            }
        )
    with player.services.database.reading() as session:
        states = dict(session.execute(select(Order.number, Order.state)).all())
    json.dump({"languages": LANGUAGES, "turns": turns, "states": states}, sys.stdout)


if __name__ == "__main__":
    main(Path.cwd(), json.loads(sys.argv[1]))
