"""The pull access: a SOAP service of plain ASGI, lxml and the message schema (profile part 3)."""
