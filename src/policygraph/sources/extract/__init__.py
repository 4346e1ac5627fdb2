"""A file as published → an extraction, one module a format; what every format gives is the same."""
