"""Documents as the partner delivers them."""
