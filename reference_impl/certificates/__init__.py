"""Documents: SPSCertificate and SPSAcknowledgement of release 17A, and our state notice."""
