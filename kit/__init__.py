"""The bottom floor: settings, database, clock, logging, signing, i18n. Imports nothing of ours."""
