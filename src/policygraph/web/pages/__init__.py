"""Pages: ``Page`` values made from a visit and the answers to a few queries, and the HTML they become.

Nothing here but ``routes`` knows the web framework, so that a static site is made by the same functions::

    links, i18n, texts   addresses, the interface's words, words from the data
    visit                one request: language, parameters, what answers queries
    questions            the pages' own SPARQL, in queries/
    concepts, announced, meetings, statements, naming, source   what the answers mean
    home, actionlist, thing, …   one page maker a noun
    rendering            Page → HTML
"""
