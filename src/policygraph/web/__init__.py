"""The publisher: endpoint, pages, API and feeds of a release, built for strangers.

From the network inwards::

    server        socket, signals, log; slow or silent clients are let go      (uvicorn)
    app           routes, middleware, start and stop                           (Starlette)
    request_log   one state of the data a request; timed, counted, logged
    delivery/     requests, negotiation, responses, problems; operations describe themselves for OpenAPI
    sparql/       SPARQL 1.1 Protocol: protocol → guard → negotiation → engine
    api/ feeds/ pages/ things/    the rest of what is answered
    engine        one interface over two engines (policygraph.engine)
      pool        worker processes, killed at the limit, forked anew by the zygote
      remote      another SPARQL 1.1 store

A query of a stranger is read by ``tokens`` and ``guard`` before any engine sees it.
"""
