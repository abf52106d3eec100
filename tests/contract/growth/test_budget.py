"""What one message may ask of the databases, in all processes together."""

import pytest

from tests.contract.growth.conftest import House

WRITES = 4  # it is stored, taken, answered; the assistant remembers
BUDGET = {
    "hello there": (16, 8),
    "what is your return policy?": (14, 8),
    "where is order 20001?": (16, 8),
    "where is my order?": (20, 8),
    "do you have hiking boots?": (24, 9),
}


@pytest.mark.parametrize("text", BUDGET)
async def test_a_message_keeps_to_its_budget(house: House, text: str) -> None:
    statements, transactions = BUDGET[text]
    await house.say("hello there")
    await house.say("what is your return policy?")  # the catalogue is read once and kept
    asked = await house.say(text)
    assert len(asked.statements) <= statements, asked
    assert asked.transactions <= transactions, asked
    assert (asked.writes, asked.idle_writes) == (WRITES, 0), asked
    told = [
        (words, str(values)) for words, values in asked.statements if words.startswith("SELECT")
    ]
    assert len(told) == len(set(told)), f"something was asked twice: {asked}"


async def test_the_tenth_message_costs_no_more_than_the_second(house: House) -> None:
    await house.say("hello there")
    second = await house.say("where is order 20001?")
    for _ in range(7):
        await house.say("hello there")
    tenth = await house.say("where is order 20001?")
    assert len(tenth.statements) <= len(second.statements)
