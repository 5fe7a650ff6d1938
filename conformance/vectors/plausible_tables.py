"""The tables plausible content goes by. Keys are local names: (parent, child), or ("", child) for any parent."""

_PARTIES = (
    "IssuerSPSParty", "RecipientSPSParty", "ConsignorSPSParty", "ConsigneeSPSParty", "CarrierSPSParty",
    "DespatchSPSParty", "DeliverySPSParty", "CustomsTransitAgentSPSParty", "ProviderSPSParty",
    "LocationProviderSPSParty", "OperatorSPSParty", "IssuingSPSParty", "ActivityAuthorizedSPSParty",
)  # fmt: skip
_PLACES = (
    "IssueSPSLocation", "LoadingBaseportSPSLocation", "ConsigneeReceiptSPSLocation", "TransitSPSLocation",
    "UnloadingBaseportSPSLocation", "OccurrenceSPSLocation", "OriginSPSLocation",
)  # fmt: skip
_COUNTRIES = (
    "ExportSPSCountry", "ReExportSPSCountry", "ImportSPSCountry", "TransitSPSCountry", "OriginSPSCountry",
    "OperationSPSCountry",
)  # fmt: skip

# How often an element occurs where the rules ask for more, or less, than the schema: (least, most), None unbounded.
BOUNDS: dict[tuple[str, str], tuple[int, int | None]] = {
    ("SPSExchangedDocument", "IssuerSPSParty"): (1, 1),
    ("SPSExchangedDocument", "CopyIndicator"): (0, 0),
    ("SPSExchangedDocument", "SignatorySPSAuthentication"): (1, 1),
    ("IssuerSPSParty", "SpecifiedSPSAddress"): (1, 1),
    ("ConsignorSPSParty", "SpecifiedSPSAddress"): (1, 1),
    ("ConsigneeSPSParty", "SpecifiedSPSAddress"): (1, 1),
    ("", "SpecifiedSPSAddress"): (0, 1),
    **{(country, "Name"): (1, 1) for country in _COUNTRIES},
    ("SpecifiedSPSAddress", "LineOne"): (1, 1),
    ("SpecifiedSPSAddress", "CityName"): (1, 1),
    ("SpecifiedSPSAddress", "CountryID"): (1, 1),
    ("SignatorySPSAuthentication", "IssueSPSLocation"): (1, 1),
    ("ProviderSPSParty", "SpecifiedSPSPerson"): (1, 1),
    ("SignatorySPSAuthentication", "IncludedSPSClause"): (2, 2),
    ("IncludedSPSClause", "ID"): (1, 1),
    ("SPSConsignment", "ReExportSPSCountry"): (0, 0),
    ("SPSConsignment", "TransitSPSCountry"): (0, 1),
    ("SPSConsignment", "TransitSPSLocation"): (0, 0),
    ("SPSConsignment", "MainCarriageSPSTransportMovement"): (1, 1),
    ("MainCarriageSPSTransportMovement", "UsedSPSTransportMeans"): (1, 1),
    ("SPSConsignment", "IncludedSPSConsignmentItem"): (1, 1),
    ("IncludedSPSConsignmentItem", "IncludedSPSTradeLineItem"): (1, None),
    ("IncludedSPSTradeLineItem", "NetWeightMeasure"): (1, 1),
    ("IncludedSPSTradeLineItem", "ScientificName"): (1, 1),
    ("IncludedSPSTradeLineItem", "CommonName"): (1, None),
    ("IncludedSPSTradeLineItem", "PhysicalSPSPackage"): (1, None),
    ("IncludedSPSTradeLineItem", "OriginSPSCountry"): (1, 1),
    ("IncludedSPSTradeLineItem", "ApplicableSPSClassification"): (0, 2),
    ("IncludedSPSTradeLineItem", "AssertedSPSAuthentication"): (0, 0),
    ("IncludedSPSTradeLineItem", "AppliedSPSProcess"): (0, 1),
    ("ApplicableSPSClassification", "SystemName"): (1, 1),
    ("ApplicableSPSClassification", "SystemID"): (0, 0),
    ("AppliedSPSProcess", "ApplicableSPSProcessCharacteristic"): (2, 2),
    ("ApplicableSPSProcessCharacteristic", "Description"): (2, 2),
    ("ApplicableSPSProcessCharacteristic", "TypeCode"): (0, 0),
    ("SubordinateSPSCountrySubDivision", "SubordinateSPSCountrySubDivision"): (0, 0),
    ("", "SuperordinateSPSCountrySubDivision"): (0, 0),
    ("", "ActivityAuthorizedSPSParty"): (0, 1),
    ("SettingSPSTemperature", "ValueMeasure"): (1, 1),
    ("UtilizedSPSTransportEquipment", "AffixedSPSSeal"): (1, 2),
    ("AssociatedSPSTransportEquipment", "AffixedSPSSeal"): (1, 1),
    ("ReferenceSPSReferencedDocument", "TypeCode"): (1, 1),
    ("ReferenceSPSReferencedDocument", "IssueDateTime"): (1, 1),
    ("ReferenceSPSReferencedDocument", "AttachmentBinaryObject"): (0, 1),
    ("IncludedSPSNote", "Subject"): (1, 1),
    ("AdditionalInformationSPSNote", "Subject"): (1, 1),
    ("IncludedSPSNote", "Content"): (1, 1),
    ("AdditionalInformationSPSNote", "Content"): (1, 1),
    ("IncludedSPSNote", "SubjectCode"): (0, 0),
    ("AdditionalInformationSPSNote", "SubjectCode"): (0, 0),
    ("IncludedSPSNote", "ContentCode"): (0, 0),
    ("AdditionalInformationSPSNote", "ContentCode"): (0, 0),
}

# How often an element occurs at most in a certificate that is not phytosanitary, where it speaks of plants.
HEALTH: dict[str, int] = {"AppliedSPSProcess": 0, "ApplicableSPSClassification": 1}

# What a text speaks of: a topic of words.tsv, or a word that `Plausible` knows.
TOPICS: dict[tuple[str, str], str] = {
    ("SPSExchangedDocument", "Name"): "title",
    ("SPSExchangedDocument", "Description"): "statement-area",
    ("IncludedSPSNote", "Subject"): "subject",
    ("IncludedSPSNote", "Content"): "note",
    ("AdditionalInformationSPSNote", "Subject"): "subject",
    ("AdditionalInformationSPSNote", "Content"): "note",
    ("IncludedSPSClause", "Content"): "clause",
    ("SpecifiedSPSAddress", "LineOne"): "street",
    ("SpecifiedSPSAddress", "LineTwo"): "city",
    ("SpecifiedSPSAddress", "LineThree"): "city",
    ("SpecifiedSPSAddress", "LineFour"): "city",
    ("SpecifiedSPSAddress", "LineFive"): "city",
    ("SpecifiedSPSAddress", "CityName"): "city",
    ("SpecifiedSPSAddress", "CountryName"): "country",
    ("SpecifiedSPSAddress", "CountrySubDivisionName"): "city-hill",
    ("SpecifiedSPSPerson", "Name"): "person-hartley",
    ("DefinedSPSContact", "PersonName"): "person-hartley",
    ("AttainedSPSQualification", "Name"): "qualification",
    ("AttainedSPSQualification", "AbbreviatedName"): "qualification",
    ("SubordinateSPSCountrySubDivision", "Name"): "city-hill",
    ("SuperordinateSPSCountrySubDivision", "Name"): "city-east",
    ("UsedSPSTransportMeans", "Name"): "vessel",
    ("IncludedSPSTradeLineItem", "Description"): "product",
    ("IncludedSPSTradeLineItem", "CommonName"): "common",
    ("IncludedSPSTradeLineItem", "ScientificName"): "scientific",
    ("IncludedSPSTradeLineItem", "IntendedUse"): "use-consumption",
    ("ApplicableSPSClassification", "SystemName"): "system",
    ("ApplicableSPSClassification", "ClassName"): "product",
    ("PhysicalSPSShippingMarks", "Marking"): "marking",
    ("ApplicableSPSProcessCharacteristic", "Description"): "treatment",
    ("ReferenceSPSReferencedDocument", "Information"): "reason",
    ("SPSAcknowledgementDocument", "ReasonInformation"): "reason",
    **{(party, "Name"): "company" for party in _PARTIES},
    **{(place, "Name"): "city-east" for place in _PLACES},
    **{(country, "Name"): "country" for country in _COUNTRIES},
    ("IssuerSPSParty", "Name"): "authority",
    ("ProviderSPSParty", "Name"): "authority",
}

# Codes to choose from.
CODES: dict[tuple[str, str], tuple[str, ...]] = {
    ("SPSExchangedDocument", "StatusCode"): ("70",),
    ("SPSAcknowledgementDocument", "StatusCode"): ("74", "39", "41"),
    ("PhysicalSPSPackage", "LevelCode"): ("4", "1"),
    ("PhysicalSPSPackage", "TypeCode"): ("CT", "BX", "BG", "PX"),
    ("MainCarriageSPSTransportMovement", "ModeCode"): ("1", "4", "3", "2"),
    ("AppliedSPSProcess", "TypeCode"): ("ZZZ",),
    ("ReferenceSPSReferencedDocument", "TypeCode"): ("380", "705", "740"),
    ("ReferenceSPSReferencedDocument", "RelationshipTypeCode"): ("ZZZ",),
    ("SettingSPSTemperature", "TypeCode"): ("1", "2"),
    ("SpecifiedSPSAddress", "PostcodeCode"): ("10210", "7010", "SW1A 1AA"),
    ("", "HierarchicalLevelCode"): ("1", "2"),
    ("", "TypeCode"): ("OFFICE", "ESTABLISHMENT"),
}

# Whose country an element speaks of; one not named here has its parent's, in the end the exporter's.
COUNTRIES = {
    "ImportSPSCountry": "importer", "ConsigneeSPSParty": "importer", "DeliverySPSParty": "importer",
    "RecipientSPSParty": "importer", "ConsigneeReceiptSPSLocation": "importer",
    "UnloadingBaseportSPSLocation": "importer", "TransitSPSCountry": "transit", "TransitSPSLocation": "transit",
    "ExportSPSCountry": "exporter", "OriginSPSCountry": "exporter", "IssuerSPSParty": "exporter",
}  # fmt: skip

# Days after the issue, between which a time lies.
DAYS: dict[str, tuple[int, int]] = {
    "AvailabilityDueDateTime": (5, 9), "ExportExitDateTime": (1, 4), "StartDateTime": (-9, -6),
    "EndDateTime": (-5, -1), "ExpiryDateTime": (100, 400),
}  # fmt: skip

# Subjects of notes and what their content speaks of; "=" begins the content itself.
HEAD_NOTES = {"ADEDL": "statement-free", "SPSFL": "=1", "DMCL": "marking", "ADAOEDL": "statement-area",
              "ADIPEDL": "=IP 20417", "ADDIEDL": "date"}  # fmt: skip
LINE_NOTES = {"ADTLIL": "statement-free", "DMTLIL": "marking", "ADAOTLIL": "statement-area", "ADIPTLIL": "=IP 20417",
              "ADDITLIL": "date"}  # fmt: skip

# What every line of a re-exported certificate says: its notes in order, subject and content.
RE_EXPORT = (
    ("RPCST", "1"), ("RPCCO", "AU"), ("RPCRF", "AU-2026-004711"), ("RPCOR", "False"), ("RPCTC", "True"),
    ("RPCPK", "True"), ("RPCRP", "False"), ("RPCOC", "True"), ("RPCNC", "False"), ("RPCPC", "True"), ("RPCAI", "False"),
)  # fmt: skip

UNITS: dict[tuple[str, str], str] = {
    ("", "NetWeightMeasure"): "KGM", ("", "GrossWeightMeasure"): "KGM", ("", "NetVolumeMeasure"): "MTQ",
    ("", "GrossVolumeMeasure"): "MTQ", ("", "NominalGrossWeightMeasure"): "KGM",
    ("", "NominalGrossVolumeMeasure"): "LTR", ("", "DurationMeasure"): "HUR",
    ("", "ValueMeasure"): "CEL", ("", "MinimumValueMeasure"): "CEL", ("", "MaximumValueMeasure"): "CEL",
}  # fmt: skip

# Media type: ending of the file name and the smallest content that is one.
ATTACHMENTS = {
    "application/pdf": ("pdf", "JVBERi0xLjQKJcOkw7zDtsOfCjEgMCBvYmo8PD4+ZW5kb2JqCnRyYWlsZXI8PD4+CiUlRU9GCg=="),
    "image/png": (
        "png",
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    ),
}
