"""What an annex says, as frozen values: no RDF, no layout. (Reading them from tables: see ``reading``.)"""
