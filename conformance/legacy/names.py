"""Names of SPSCertificate 17A that the mapping uses."""

_STANDARD = "urn:un:unece:uncefact:data:standard:"
MESSAGE = f"{_STANDARD}SPSCertificate:17"
ENTITY = f"{_STANDARD}ReusableAggregateBusinessInformationEntity:21"
UNQUALIFIED = f"{_STANDARD}UnqualifiedDataType:21"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
