"""What Schemathesis can't be told by options: every request comes from another address.

Otherwise the rate limits of one address would answer for the logic behind them. It is added where requests leave, so
that no check takes the header for a part of its case.
"""

import itertools

import requests

_count = itertools.count(1)
_send = requests.Session.send


def send(self, request, **kwargs):
    number = next(_count)
    request.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return _send(self, request, **kwargs)


requests.Session.send = send
