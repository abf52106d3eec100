"""E-mail: a mailbox that is read by IMAP, answers by SMTP."""

from connectors.email.channel import Email, from_values

__all__ = ["Email", "from_values"]
