"""Packs a program as xz, the smallest that every Python can unpack: `compress.py PRESET x86|none < in > out`."""

import lzma
import sys

preset, branches = int(sys.argv[1]), sys.argv[2]
# Relative jumps of x86 made absolute are more alike. The like for arm64 is too new for many a Python.
filters = [{"id": lzma.FILTER_X86}] if branches == "x86" else []
filters.append({"id": lzma.FILTER_LZMA2, "preset": preset})
sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(), filters=filters))
