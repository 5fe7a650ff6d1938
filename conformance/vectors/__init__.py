"""Documents to send: generators, single mutations, twins."""
