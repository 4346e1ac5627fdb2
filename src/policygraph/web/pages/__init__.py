"""Pages: a view makes a ``Page`` of the context of a request, ``rendering`` makes HTML of it.

::

    listing      every page: its path, its view, its place in navigation and sitemap
    routing      request → context → view → HTML
    views/       one module a noun; no web framework, so that a static site is made by the same functions
    templates/   what a page looks like
    rendering    Page → HTML
    sitemap      sitemap.xml and robots.txt
"""
