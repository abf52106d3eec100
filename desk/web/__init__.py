"""The desk's pages: sign in, see who waits, talk with shoppers, hand back to the bot."""
