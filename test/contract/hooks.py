"""What Schemathesis can't be told by options: every request comes from another address, with a key of its own.

Otherwise the rate limits of one address, and an idempotency key that was used before, would answer for the logic behind
them. It is done where requests leave, so that no check takes the headers for a part of its case.
"""

import itertools
import re

import requests

_count = itertools.count(1)
_send = requests.Session.send


def send(self, request, **kwargs):
    number = next(_count)
    request.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    key = request.headers.get("Idempotency-Key", "")
    if isinstance(key, bytes):
        key = key.decode("latin-1")
    if re.fullmatch("[!-~]{1,200}", key):
        request.headers["Idempotency-Key"] = f"{number}-{key}"[:200]
    return _send(self, request, **kwargs)


requests.Session.send = send
