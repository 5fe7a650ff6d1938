"""The states of a result in words: on pages and on paper."""

from reference_impl.texts import N_

STATE_TEXTS = {
    "issued": (N_("Issued"), N_("This certificate was issued by us and is in force.")),
    "replaced": (N_("Replaced"), N_("This certificate was replaced by another one and is no longer in force.")),
    "withdrawn": (N_("Withdrawn"), N_("This certificate was withdrawn and is no longer in force.")),
    "unknown": (
        N_("Not found"),
        N_(
            "There is no certificate with this number and code, or the link is not right. "
            "Compare both with the printed certificate, letter by letter."
        ),
    ),
    "throttled": (
        N_("Please wait"),
        N_("There were too many wrong entries from your address. Try again in a minute."),
    ),
}
