"""Lines of Traefik 3.7's access log, for what no real Traefik can be made to write."""

import itertools
import json

NUMBERS = itertools.count(1)  # Traefik numbers its requests; a number that comes twice is a copy of a line
BASE = {
    "ClientAddr": "127.0.0.1:40000", "ClientHost": "127.0.0.1", "ClientPort": "40000", "ClientUsername": "-",
    "DownstreamContentSize": 512, "DownstreamStatus": 200, "Duration": 12_000_000, "OriginContentSize": 512,
    "OriginDuration": 11_000_000, "OriginStatus": 200, "Overhead": 1_000_000, "RequestAddr": "acme.erp.example",
    "RequestContentSize": 0, "RequestHost": "acme.erp.example", "RequestMethod": "GET",
    "RequestPath": "/web/dataset/call_kw/sale.order/read", "RequestPort": "-", "RequestProtocol": "HTTP/1.1",
    "RequestScheme": "https", "RetryAttempts": 0, "RouterName": "odoo-acme@file", "ServiceAddr": "127.0.0.1:8069",
    "ServiceName": "odoo-acme@file", "ServiceURL": "http://127.0.0.1:8069",
    "StartLocal": "2026-11-22T03:42:22.624267506Z", "StartUTC": "2026-11-22T03:42:22.624267506Z",
    "TLSCipher": "TLS_AES_128_GCM_SHA256", "TLSVersion": "1.3", "entryPointName": "websecure", "level": "info",
    "msg": "", "time": "2026-11-22T03:42:22Z"}
UNMATCHED = {"RouterName": None, "ServiceName": None, "ServiceAddr": None, "ServiceURL": None, "OriginStatus": 0,
             "OriginDuration": 0, "OriginContentSize": 0, "DownstreamStatus": 404, "DownstreamContentSize": 19}


def entry(**changes):
    """JSON without its newline; None leaves a key out. Keys in byte order, & < > escaped, as Traefik has them."""
    fields = {key: value for key, value in
              {**BASE, "RequestCount": next(NUMBERS), **changes}.items() if value is not None}
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "&<>":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def common(user="-", host="127.0.0.1", method="GET", path="/web/dataset/call_kw/sale.order/read", status=200,
           referer="-", agent="-", router="odoo-acme@file", milliseconds=12):
    """The format `common`; what a client chooses may be bytes."""
    def raw(text):
        return text if isinstance(text, bytes) else text.encode()
    return b'%s - %s [22/Nov/2026:03:42:22 +0000] "%s %s HTTP/1.1" %d 512 "%s" "%s" %d "%s" "%s" %dms' % (
        raw(host), raw(user), raw(method), raw(path), status, raw(referer), raw(agent), next(NUMBERS), raw(router),
        b"http://127.0.0.1:8069", milliseconds)
