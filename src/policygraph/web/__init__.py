"""The publisher: endpoint, pages, API and feeds of a release, built for strangers.

From the network inwards::

    connections   sockets: slow or silent clients are let go          (uvicorn)
    application   routes, middleware, start and stop                   (Starlette)
    endpoint      SPARQL 1.1 Protocol: protocol → screening → negotiation → engine
    dataset       what is served now; swapped whole when a new release appears
    engine        one interface over two engines
      pool          worker processes, killed at the limit, forked anew by the zygote
      remote        another SPARQL 1.1 store

A query of a stranger is read by ``tokens`` and ``screening`` before any engine sees it.
"""
