"""Cases of TLS at every access."""
