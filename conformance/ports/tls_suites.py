"""Cipher suites by what is wrong with them: numbers of the IANA registry of TLS cipher suites."""

from collections.abc import Mapping

from tlslite.constants import CipherSuite

# Kinds that may not be negotiated (RFC 9325 section 4.1; 3DES has 112 bits, the exchange asks for 128).
WEAK: Mapping[str, tuple[int, ...]] = {
    "no encryption": (0xC006, 0xC010, 0xC001, 0xC00B, 0x003B, 0x0002, 0x0001),
    "no authentication": (0xC018, 0xC019, 0x00A6, 0x00A7, 0x006C, 0x006D, 0x0034, 0x003A, 0xC017, 0xC016, 0x001B,
                          0x0018, 0xC015),
    "export": (0x0003, 0x0006, 0x0008, 0x000B, 0x000E, 0x0011, 0x0014, 0x0017, 0x0019, 0x0062, 0x0064),
    "DES": (0x0009, 0x000C, 0x000F, 0x0012, 0x0015, 0x001A),
    "RC4": (0xC007, 0xC011, 0x0005, 0x0004, 0xC002, 0xC00C),
    "3DES": (0xC008, 0xC012, 0x0016, 0x0013, 0x000A, 0xC003, 0xC00D, 0x0010, 0x000D),
}  # fmt: skip
# Ephemeral ECDH with an AEAD.
GOOD = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8)
# Ephemeral ECDH in CBC mode, which a server that has better must not choose.
CBC = (0xC023, 0xC027, 0xC024, 0xC028, 0xC009, 0xC013, 0xC00A, 0xC014)
# Static RSA, static Diffie-Hellman over curves and without: who has the server's key reads what was recorded.
STATIC = (0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0x0041, 0x0084, 0xC02D, 0xC031, 0xC004, 0xC005, 0xC00E,
          0xC00F, 0x00A0, 0x00A4, 0x0031, 0x0037)  # fmt: skip
TLS13 = (0x1301, 0x1302, 0x1303)
# What clients before TLS 1.2 had.
LEGACY = (*CBC[4:], 0x0033, 0x0039, 0x002F, 0x0035, *WEAK["3DES"], *WEAK["RC4"])
AEAD_NAMES = ("_GCM_", "_CHACHA20_POLY1305", "_CCM")


def suite_name(suite: int) -> str:
    """The registered name where the library knows it, else the number."""
    return str(CipherSuite.ietfNames.get(suite, f"cipher suite 0x{suite:04X}"))


def is_aead(suite: int) -> bool:
    """Whether the suite is of authenticated encryption (GCM, CCM, ChaCha20-Poly1305)."""
    return any(part in suite_name(suite) for part in AEAD_NAMES)
