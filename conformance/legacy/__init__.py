"""The certificate format of 2009: its values, reading, writing, and the mapping to SPSCertificate 17A and back."""
