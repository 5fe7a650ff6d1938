# ruff: noqa: E501 - tables, one row a line
"""Signed documents from another producer than the judge: libxmlsec, given a template with every choice named."""

import base64

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from pki_for_signatures import Key, make, name, usage

DS = "http://www.w3.org/2000/09/xmldsig#"
MORE, MORE_2007 = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2007/05/xmldsig-more#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
SHA256, RSA_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256", f"{MORE}rsa-sha256"

ROOT_KEY = rsa.generate_private_key(65537, 2048)
ROOT = make(name("root"), ROOT_KEY, name("root"), ROOT_KEY, ca=True)
ANCHORS = ROOT.public_bytes(Encoding.PEM)
KEYS: dict[str, Key] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
}
SIGNERS = {
    kind: make(name(kind), key, name("root"), ROOT_KEY, key_usage=usage("content_commitment"))
    for kind, key in KEYS.items()
}
DOCUMENTS = {
    "namespaces": '<a:Cert xmlns:a="urn:a" xmlns:b="urn:b">\n<b:x k="1&#10;2">t\u00e9 \U0001f600</b:x><n xmlns=""/>\n%s\n</a:Cert>',
    "attributes of xml": '<?pi here?><!-- a --><Cert xmlns="urn:a" xml:lang="en" xml:space="preserve" xml:base="http://x/y/"'
    ' xml:id="q" xmlns:u="urn:u"><x>&#13;<!-- b --></x>%s</Cert><!-- c --><?pi there?>',
    "a prefix outside ASCII": '<\u00e9:Cert xmlns:\u00e9="urn:e"><\u00e9:x/>%s</\u00e9:Cert>',
    "an Id": '<Cert xmlns="urn:a" Id="abc" xml:lang="zh"><x>1</x>%s</Cert>',
}  # fmt: skip


def template(
    certificates: list[x509.Certificate], *, prefix: str = "ds", canonical: str = EXCLUSIVE, method: str = RSA_SHA256,
    digest: str = SHA256, transform: str | None = EXCLUSIVE, uri: str = "", key_info: str = "",
) -> str:  # fmt: skip
    """An unsigned ds:Signature; `transform` None leaves out the canonicalisation, `key_info` comes after X509Data."""
    p = f"{prefix}:" if prefix else ""
    more = "" if transform is None else f'<{p}Transform Algorithm="{transform}"/>'
    held = "".join(
        f"<{p}X509Certificate>{base64.b64encode(one.public_bytes(Encoding.DER)).decode()}</{p}X509Certificate>"
        for one in certificates
    )
    return (
        f'<{p}Signature xmlns{":" + prefix if prefix else ""}="{DS}"><{p}SignedInfo>'
        f'<{p}CanonicalizationMethod Algorithm="{canonical}"/><{p}SignatureMethod Algorithm="{method}"/>'
        f'<{p}Reference URI="{uri}"><{p}Transforms><{p}Transform Algorithm="{DS}enveloped-signature"/>{more}</{p}Transforms>'
        f'<{p}DigestMethod Algorithm="{digest}"/><{p}DigestValue/></{p}Reference></{p}SignedInfo>'
        f"<{p}SignatureValue/><{p}KeyInfo><{p}X509Data>{held}</{p}X509Data>{key_info}</{p}KeyInfo></{p}Signature>"
    )


def produce(document: str, signature: str, key: Key = KEYS["RSA"], encoding: str = "UTF-8") -> bytes:
    """Fill in and return the document with its signature, in the encoding."""
    root = etree.fromstring((document % signature).encode())
    node = root.find(f".//{{{DS}}}Signature")
    assert node is not None
    context = xmlsec.SignatureContext()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    if root.get("Id"):
        context.register_id(root, "Id")
    context.sign(node)
    octets = etree.tostring(root.getroottree(), encoding=encoding, xml_declaration=encoding != "UTF-8")
    assert isinstance(octets, bytes)
    return octets
