"""What Rasa loads: importer, understanding, channel, stores and guards."""
