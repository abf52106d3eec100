"""Who may do what: the only doors to accounts, tickets and, through a ticket, a customer."""

from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import Conversation, get_conversation
from desk.tickets import Agent, Permission, Role, TicketNotFound, TicketView, get_ticket
from desk.web.desk import DESK
from desk.web.errors import Refused, not_found

SESSION_COOKIE: Final = "desk_session"
_AGENT: Final = web.RequestKey("desk_agent", Agent)


async def access_agent(
    request: web.Request,
    role: Role,
    permission: Permission | None = None,
    *,
    is_activity: bool = True,
) -> Agent:
    """The signed-in person with the permission, or with at least this role where none is named.

    401 for nobody, 403 for somebody who may not.
    """
    token = request.cookies.get(SESSION_COOKIE, "")
    sign_in = request.app[DESK].sign_in
    if not token:
        raise Refused(401, "sign_in_first")
    agent = await sign_in.database.reads.run(sign_in.agent_of_token, token, is_activity=is_activity)
    if agent is None:
        raise Refused(401, "sign_in_first")
    if not (agent.is_at_least(role) if permission is None else agent.may(permission)):
        raise Refused(403, "not_allowed")
    request[_AGENT] = agent
    return agent


def current_agent(request: web.Request) -> Agent:
    """The person `access_agent` let in to this request."""
    return request[_AGENT]


def known_agent(request: web.Request) -> Agent | None:
    """The person who was let in, or None on public pages."""
    return request.get(_AGENT)


def access_ticket(session: Session, ticket_id: int) -> tuple[TicketView, Conversation]:
    """A ticket and its conversation, for anybody at the desk; 404 when there is none.

    Conversations without a ticket cannot be read at the desk.
    """
    try:
        ticket = get_ticket(session, ticket_id)
    except TicketNotFound as error:
        raise not_found() from error
    return ticket, get_conversation(session, ticket.conversation_id)


def access_customer_id(ticket: TicketView, conversation: Conversation) -> str | None:
    """Whose data an agent may see while working on this ticket: the proven customer, if any."""
    return conversation.customer_id or ticket.customer_id
