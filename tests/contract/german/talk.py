"""Run in a copy of the project that speaks German, too: holds a conversation, prints it as JSON."""

import json
import sys
from pathlib import Path

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

NAMES = ("Talwind Merino-Hemd", "Alpenrot Wanderschuhe", "Fernweg Fleecejacke", "Karst Rucksack 45")
SHELVES = ("T-Shirts", "Wanderschuhe", "Fleecejacken", "Rucksäcke")


def main(data_dir: Path, said: list[str]) -> None:
    root = Path.cwd()
    settings = load_settings(
        {"CONCIERGE_DATA_DIR": str(data_dir), "CONCIERGE_LANGUAGE": "de"}, root
    )
    ensure_exports(data_dir, dict.fromkeys(LANGUAGES, EncoderSource("hashed", "none")))
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    fill_shop(database)
    with database.session() as session:
        for table, key, names in (
            (ProductText, "product_id", NAMES),
            (CategoryText, "category_id", SHELVES),
        ):
            session.execute(delete(table))
            session.add_all(
                table(**{key: place}, language="de", name=name)
                for place, name in enumerate(names, start=1)
            )
    with database.reading() as session:
        known = name_table(session)
    build_index(root / "nlu_data", data_dir, settings.knowledge_dir, database)
    database.close()
    guest = open_player(settings, learn(root, data_dir, known), NOW)
    player = as_guest(guest, who=MIA, language="de")
    turns = []
    for text in said:
        replies = player.say(text)
        turns.append(
            {
                "language": player.language,
                "responses": [one.response for one in replies],
                "text": "\n".join(one.text for one in replies),
                "cards": str([vars(card) for one in replies for card in one.cards]),
                "buttons": [title for one in replies for title, _ in one.buttons],
                "log": player.log,
            }
        )
    with player.services.database.reading() as session:
        states = dict(session.execute(select(Order.number, Order.state)).all())
    json.dump({"languages": LANGUAGES, "turns": turns, "states": states}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
