"""What Rasa is told of an admin's own intents."""

from pathlib import Path

from bot.importer import NluDataImporter

NLU = "nlu:\n  - intent: {}\n    examples: |\n      - {}\n      - {} again\n"


def test_declared_intents_and_own_ones_are_known_without_domain_yml(tmp_path: Path) -> None:
    domain = tmp_path / "domain.yml"
    text = 'version: "3.1"\n'
    domain.write_text(text)
    (tmp_path / "nlu_data").mkdir()
    (tmp_path / "nlu_data/intents.yml").write_text("greet:\n  kind: small_talk\n")
    for language, said in (("en", "workshops"), ("zh", "工作坊")):
        folder = tmp_path / "nlu_data" / language
        (folder / "nlu").mkdir(parents=True)
        (folder / "responses").mkdir()
        (folder / "nlu/a.yml").write_text(NLU.format("own_workshops", said, said))
        (folder / "nlu/b.yml").write_text(NLU.format("mistyped", f"x{said}", said))
        (folder / "responses/own.yml").write_text(
            "responses:\n  utter_own_workshops:\n    - text: a\n"
        )
    found = NluDataImporter(domain_path=str(domain)).get_domain()
    assert set(found.user_actions) == {"utter_own_workshops"}
    assert {"greet", "own_workshops"} <= set(found.intents)
    assert "mistyped" not in found.intents
    assert domain.read_text() == text
