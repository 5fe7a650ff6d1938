"""XML Signature 1.1 as the profile allows it (profile 2.18 to 2.24): form, canonical octets, keys, values."""
