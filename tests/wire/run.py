"""Runs the wire tests: python3 tests/wire/run.py BINARY [WORD...]

One line a test; with words, only tests with one of them in their names.
"""

import importlib
import os
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import wire  # noqa: E402


def find(words):
    here = os.path.dirname(os.path.abspath(__file__))
    for name in sorted(os.listdir(here)):
        if not name.startswith("test_") or not name.endswith(".py"):
            continue
        module = importlib.import_module(name[:-3])
        for item, function in list(vars(module).items()):
            full = name[5:-3] + "." + item[5:]
            if item.startswith("test_") and callable(function) and \
                    (not words or any(w in full for w in words)):
                yield full, function


def run_one(name, function, binary, certs):
    bench = wire.Bench(binary, certs)
    try:
        function(bench)
    except wire.Failure as why:
        print("FAIL %s: %s" % (name, str(why).replace("\n", " | ")))
        return False
    except Exception as why:  # a test that breaks has failed
        where = traceback.extract_tb(why.__traceback__)[-1]
        print("FAIL %s: %r at %s:%d" % (name, why, where.filename,
                                        where.lineno))
        return False
    finally:
        bench.close()
    print("ok %s" % name)
    return True


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: run.py BINARY [WORD...]")
    binary = os.path.abspath(sys.argv[1])
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wire-certs-") as directory:
        certs = wire.Certs(directory)
        results = [run_one(name, function, binary, certs)
                   for name, function in find(sys.argv[2:])]
    failed = results.count(False)
    print("took %.1f s" % (time.monotonic() - began))
    print("%d passed, %d failed" % (results.count(True), failed))
    sys.exit(1 if failed or not results else 0)


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    main()
