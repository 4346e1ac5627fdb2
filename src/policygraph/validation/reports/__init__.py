"""One module a format: each takes findings and writes them."""
