"""The certificate format of 2009: its values, reading and writing it, and the mapping to SPSCertificate 17A and back."""
