"""The pages as files: the application asked for each of them, and its addresses turned into those of files.

::

    answering    the application over a store in this process
    addresses    an address of the server → a file, and the way from one file to another
    rewriting    HTML, XML and JSON of the server → those of a site without one
    narrowing    what the list of actions is narrowed by in the browser
    asking       what a query's page needs to answer in the browser
    crawling     from the sitemap along every link, a batch of addresses at a time
    writing      the whole site: beside, then renamed
"""

from .writing import Site, write

__all__ = ["Site", "write"]
