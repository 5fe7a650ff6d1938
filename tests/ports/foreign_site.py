"""A verification site that nobody made by the profile: another language, layout and words, a form with a token.

The form is opened first, sets a cookie and holds a token; a look-up answers with a redirect to a result page. All of
it is invented.
"""

import socket
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from conformance.ports.stranger import stranger_context

PAGE = """<!doctype html><html lang="es"><head><meta charset="utf-8"><title>Consulta</title>
<style>.aviso{{padding:1em}}</style></head><body>
<nav><ul><li>Estados: vigente, sustituido, anulado</li></ul></nav>{body}</body></html>"""
FORM = """<h1>Consulta de certificados</h1>
<form action="buscar" method="post"><input type="hidden" name="ficha" value="t0ken-1">
<p><label>Número <input name="numCert"></label></p><p><label for="c">Clave</label><input id="c" name="clave"></p>
<p><label>Tipo <select name="tipo"><option value="">elija<option value="F">fitosanitario</select></label></p>
<button name="accion" value="ver">Consultar</button></form>"""
RESULT = """<h1>Resultado</h1><div class="aviso" role="status"><b>Certificado {state}</b></div>
<table><tr><th>Número del certificado:</th><td>ES-77</td></tr>
<tr><td><b>Peso neto</b></td><td>1.250 <i>kg</i></td></tr></table>
<dl><dt>Destinatario</dt><dd>Frutas del Puerto</dd><dd>Calle Mayor 1</dd></dl>
<p>País de origen <span class="pais" data-iso="AR">Argentina</span></p>
<p hidden>Certificado anulado</p><p><a href="/doc/9f">Descargar <b>XML</b></a></p>"""
DESCRIBED = {
    "addresses": {"verify": "/consulta/"},
    "fields": {"number": "numCert", "code": "clave"},
    "values": {"tipo": "F", "accion": "ver"},
    "states": {
        "issued": {"selector": ".aviso", "words": "vigente"},
        "replaced": {"selector": ".aviso", "words": "sustituido"},
        "withdrawn": {"selector": ".aviso", "words": ["anulado", "retirado"]},
        "unknown": {"words": "No consta ningún certificado"},
        "throttled": {"words": "Demasiados intentos"},
    },
    "facts": {
        "number": {"label": "Número del certificado"},
        "quantity": {"label": ["Net weight", "peso neto"]},
        "consignee": {"label": "Destinatario"},
        "export-country": {"selector": "span.pais", "attribute": "data-iso"},
        "download": {"label": "Descargar XML"},
    },
}


def foreign_site(state: str = "vigente", pages: Mapping[str, str] = {}) -> Callable[[socket.socket], None]:
    """Return what talks on a connection: the number ES-77 with the code C0DE is in `state`, everything else unknown.

    `pages` are further pages by path.
    """

    def talk(connection: socket.socket) -> None:
        with stranger_context().wrap_socket(connection, server_side=True) as secured:
            head, _, body = _read(secured).partition("\r\n\r\n")
            if not head:
                return  # a browser opens connections before it needs them
            method, target, _ = head.split("\r\n", 1)[0].split(" ", 2)
            path = urlsplit(target).path
            if path in pages:
                secured.sendall(_page(pages[path]))
            else:
                secured.sendall(_answer(method, path, head, parse_qs(body), state))

    return talk


def _answer(method: str, path: str, head: str, sent: dict[str, list[str]], state: str) -> bytes:
    known = "cookie: visita=abc123" in head.lower()
    if (method, path) == ("GET", "/consulta/"):
        return _page(FORM, "Set-Cookie: visita=abc123; Path=/; Secure; HttpOnly\r\n")
    if (method, path) == ("POST", "/consulta/buscar"):
        whole = known and sent.get("ficha") == ["t0ken-1"] and sent.get("tipo") == ["F"] and "accion" in sent
        if not whole:
            return _page("<p>Error</p>", status=400)
        right = (sent["numCert"], sent.get("clave")) == (["ES-77"], ["C0DE"])
        return _page("", f"Location: /consulta/{'r1' if right else 'r0'}\r\n", 303)
    if (method, path) == ("GET", "/consulta/r1") and known:
        return _page(RESULT.format(state=state))
    return _page("<p>No consta ningún certificado con esos datos.</p>", status=404)


def _page(body: str, more: str = "", status: int = 200) -> bytes:
    octets = PAGE.format(body=body).encode()
    head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: text/html; charset=utf-8\r\n{more}"
    return f"{head}Content-Length: {len(octets)}\r\nConnection: close\r\n\r\n".encode() + octets


def _read(connection: socket.socket) -> str:
    data = connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while data and len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            break
        data, body = data + piece, body + piece
    return data.decode("utf-8")
