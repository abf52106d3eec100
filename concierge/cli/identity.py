"""Write to the chat as one of the shop's customers, from the machine that holds the key."""

from concierge.cli.client import ChatError
from connectors.webchat.identity import sign_identity
from kit.clock import SystemClock
from kit.database import open_database
from kit.settings import Settings
from shop.privacy import find_customer


def customer_identity(settings: Settings, email: str) -> str:
    """A proof for the chat that the customer with this address is writing.

    Only who holds the installation's key can make one. Raises ChatError when there is no such
    customer.
    """
    database = open_database(settings.database_url)
    try:
        with database.reading() as session:
            customer = find_customer(session, email)
    finally:
        database.close()
    if customer is None:
        raise ChatError(f"--customer: no customer has the e-mail address {email}")
    return sign_identity(settings.secret_key, customer, SystemClock().now())
