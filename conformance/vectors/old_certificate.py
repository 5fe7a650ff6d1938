"""A certificate of the 2009 format to send, invented, that uses all the format has."""

from datetime import date

from conformance.legacy.values import Amount, Certificate, Country, Party, Product, Text, Transport
from conformance.vectors.certificate import KNOWN


def old_certificate(number: str, exporter: str, importer: str, issued: date) -> Certificate:
    """Return one in force between two countries given by code, in two languages, issued that day."""
    origin, target = (Country(code, KNOWN[code].name if code in KNOWN else code) for code in (exporter, importer))
    return Certificate(
        number=number, status="Printed", exporting=origin, authority="Office of Plant Health", importing=target,
        issued=(issued.year, issued.month, issued.day),
        titles=(Text("EN", "Phytosanitary certificate"), Text("ZH", "植物检疫证书")),
        exporter=Party("Southern Orchard Trading", "14 Blossom Road, Orchard Town", "EX-0204"),
        importer=Party("Harbour Fruit Import", "88 Lotus Street, Harbour Town"),
        transport=Transport("1", "Vessel Kotuku Star"),
        products=(
            Product(
                (Text("EN", "Apples, fresh"), Text("ZH", "鲜苹果")), "Malus domestica", Amount("1250.50", "KGM"),
                Amount("50", "CT"), origin,
            ),
            Product((Text("EN", "Pears & quinces"),), "", Amount("0.75", "TNE"), Amount("3", "BX"), origin),
        ),
        declarations=(
            (Text("EN", "The consignment was inspected & found free of the pests named in the agreement."),),
            (Text("EN", "Treated before loading."), Text("ZH", "装运前已处理。")),
        ),
        place="Harbour City", officer="Rowan Hartley",
    )  # fmt: skip
