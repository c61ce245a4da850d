"""Lines of JSON, which schemathesis does not know by itself."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    return (json.dumps(value) + "\n").encode()


@schemathesis.deserializer("application/x-ndjson")
def first_line(_context, response):
    text = response.content.decode().strip()
    return json.loads(text.splitlines()[0]) if text else {"line": 0, "id": None, "errors": []}


@schemathesis.deserializer("application/octet-stream")
def octets(_context, response):
    """Each byte a letter: a file may hold any."""
    return response.content.decode("latin-1")
