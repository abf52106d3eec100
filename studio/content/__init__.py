"""The files of `nlu_data`, read and edited by entry; no page and no account is known here."""
