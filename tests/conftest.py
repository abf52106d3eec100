"""For all tests: Rasa may be imported anywhere, without the packages that the lock leaves out."""

import bot  # noqa: F401  # stands in for them
