"""`init`: a new node's folder with configuration, keys and sample certificates."""
