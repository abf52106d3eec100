"""A conversation about the orders of a real shop's customer, imported from public data."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from concierge.cli.client import ChatClient
from concierge.cli.identity import customer_identity
from kit.database import open_database, upgrade
from kit.settings import load_settings
from research.benchmarks.ours import our_system
from research.benchmarks.real_input import shared_data
from shop.imports import import_file
from tests.conversations.conftest import ROOT, Shop, Talk
from tests.conversations.trained import take_trained

pytestmark = [pytest.mark.conversation, pytest.mark.timeout(900)]
CUSTOMER = "customer-17850@import.invalid"


@pytest.fixture(scope="module")
def talk(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    try:
        file = shared_data(ROOT) / "recsys/uci_online_retail/online_retail.parquet"
    except FileNotFoundError as error:
        pytest.skip(str(error))
    from pyarrow import parquet

    folder: Path = tmp_path_factory.mktemp("imported")
    shutil.copytree(shop.settings.data_dir / "encoders", folder / "encoders")
    take_trained(folder)
    part = folder / "part.parquet"
    parquet.write_table(parquet.read_table(file).slice(0, 15_000), part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONCIERGE_DATA_DIR", str(folder))
        settings = load_settings()
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    import_file(
        database,
        "orders",
        part,
        rejects=folder / "rejects.csv",
        now=datetime.now(UTC),
        preset="online-retail",
    )
    database.close()
    with our_system(ROOT, folder) as system:
        identity = customer_identity(settings, CUSTOMER)
        yield Talk(ChatClient(system.front_url, identity=identity))


def test_orders_invoices_and_goods_of_an_imported_customer(talk: Talk) -> None:
    talk.say("what have I ordered so far?", "£", "2010")
    talk.say("please send me an invoice")
    number = talk.buttons()[1][0].split()[0]
    talk.say("the second one", number, "£")
    talk.say(f"where is order {number}", number, "delivered")
    talk.say("what does the white hanging heart t-light holder cost?", r"£2\.\d\d")
    talk.say("我买过什么", "2010年|£")
