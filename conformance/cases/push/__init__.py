"""Cases of the push access: the partner's intake and its sender."""
