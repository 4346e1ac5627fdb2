"""The assistant's server: the Model Context Protocol over a release, each answer with its evidence.

``tools`` answers, without the protocol; ``schemas`` says what a tool takes and gives; ``nearest`` finds things by
words, and what comes nearest where nothing fits; ``server`` speaks the protocol, over HTTP and on standard input
and output; ``on_demand`` starts it over HTTP with the first request.
"""

MCP_PATH = "/mcp"
"""Where a server has the protocol over HTTP."""
