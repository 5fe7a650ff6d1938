"""What cases are written with: the decorator, the judge's expectations, the stock of certificates."""
