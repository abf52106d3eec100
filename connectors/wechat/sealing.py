"""What WeChat signs and seals: SHA-1 over sorted words, AES-256-CBC in the account's safe mode.

The form is WeChat's own: 16 random bytes, a length of 4 bytes, the message, the account's id;
padded to blocks of 32 bytes; the first 16 bytes of the key are the initial vector.
"""

import base64
import binascii
import hashlib
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

KEY_BYTES: Final = 32
SALT: Final = 16
LENGTH: Final = 4


def proof(*words: str) -> str:
    """The hex SHA-1 over the words in their order."""
    whole = "".join(sorted(words)).encode("utf-8", "replace")
    return hashlib.sha1(whole).hexdigest()  # noqa: S324 (WeChat's form)


def key_of(encoded: str) -> bytes:
    """The key in an EncodingAESKey of 43 signs; raises ValueError."""
    key = base64.b64decode(encoded + "=", validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("the key has 32 bytes")
    return key


def opened(key: bytes, account: str, sealed: str) -> bytes:
    """The message inside; raises ValueError for what was not sealed for this account."""
    try:
        raw = base64.b64decode(sealed, validate=True)
    except binascii.Error as error:
        raise ValueError("what is sealed is no base64") from error
    if not raw or len(raw) % SALT:
        raise ValueError("what is sealed has no whole blocks")
    lock = Cipher(AES(key), CBC(key[:SALT])).decryptor()
    padded = lock.update(raw) + lock.finalize()
    plain = padded[SALT : -padded[-1]] if 1 <= padded[-1] <= KEY_BYTES else b""
    size = int.from_bytes(plain[:LENGTH], "big")
    message, whose = plain[LENGTH : LENGTH + size], plain[LENGTH + size :]
    if len(message) != size or whose != account.encode():
        raise ValueError("what is sealed is not for this account")
    return message
