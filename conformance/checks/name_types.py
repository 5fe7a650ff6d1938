"""What the path library misses about name constraints (RFC 5280 section 4.2.1.10): addresses, and all hosts at once."""

from ipaddress import ip_address, ip_network

from pyhanko_certvalidator import name_trees


def complete_name_types() -> None:
    """Make the library judge IP addresses, and DNS constraints that are empty or begin with a dot."""
    known = name_trees._name_type_checkers  # noqa: SLF001 - the library has no other place for them
    known[name_trees.GeneralNameType.IP_ADDRESS] = address_within
    known[name_trees.GeneralNameType.DNS_NAME] = host_within


def address_within(base: str, other: str) -> bool:
    """Tell whether the IP address `other` is in the network `base`. Raises `ValueError` for what is neither."""
    return ip_address(other) in ip_network(base)


def host_within(base: str, other: str) -> bool:
    """Tell whether a host's name `other` is that of the constraint `base` or below it.

    Every name is below the empty one. A constraint that begins with a dot is not in the standard, and is read as by
    others: what is below it and not the name itself.
    """
    if not base:
        return True
    if base.startswith("."):
        return bool(other != base[1:] and name_trees.dns_tree_contains(base[1:], other))
    return bool(name_trees.dns_tree_contains(base, other))
