"""The pages as files: the application, asked for each of them, renders them for a host that only sends files.

::

    addresses     an address of the server → a file, and links from one file to another
    client        the application over a store in this process
    action_index  what the list of actions is narrowed by in the browser
    search_index  what the search finds things by in the browser
    crawling      from the sitemap along every link, a batch of addresses at a time
    writing       the whole site: beside, then renamed
"""

from .writing import Site, write

__all__ = ["Site", "write"]
