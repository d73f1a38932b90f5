"""Runs the cases of crl_*.py: crl.py [WORD...]"""

import os
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import crl_chains  # noqa: E402
import crl_lab  # noqa: E402
import crl_lists  # noqa: E402
import crl_live  # noqa: E402
from crl_lab import wire  # noqa: E402

MODULES = (crl_lists, crl_chains, crl_live)


def run_one(name, function):
    with tempfile.TemporaryDirectory(prefix="crl-") as directory:
        try:
            told = function(crl_lab.Lab(directory))
        except wire.Failure as why:
            print("FAIL crl %s: %s" % (name, str(why).replace("\n", " | ")))
            return False
        except Exception as why:  # a case that breaks has failed
            where = traceback.extract_tb(why.__traceback__)[-1]
            print("FAIL crl %s: %r at %s:%d" % (name, why, where.filename,
                                                where.lineno))
            return False
    print("ok crl %s%s" % (name, ": " + told if told else ""))
    return True


def main():
    results = []
    for module in MODULES:
        for item, function in list(vars(module).items()):
            name = item[5:].replace("_", " ")
            if item.startswith("case_") and callable(function) and \
                    (not sys.argv[1:] or
                     any(word in name for word in sys.argv[1:])):
                results.append(run_one(name, function))
    # every reason that a chain or a CRL can give was seen in some case
    if not sys.argv[1:]:
        missing = crl_lab.REASONS - crl_lab.seen
        print("FAIL crl reasons: never seen: %s" % sorted(missing)
              if missing else "ok crl reasons: all %d seen" %
              len(crl_lab.REASONS))
        results.append(not missing)
    sys.exit(not results or not all(results))


if __name__ == "__main__":
    main()
