"""Lines for people and for the test run: "ok NAME" and "FAIL NAME: why"."""

import sys


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, name, good, why=""):
        if good:
            self.passed += 1
            print(f"ok {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {name}: {why}", flush=True)
        return good

    def equal(self, name, got, want):
        return self.check(name, got == want, f"{got!r} is not {want!r}")

    def finish(self):
        if not self.passed and not self.failed:
            self.check("anything", False, "nothing was looked at")
        sys.exit(1 if self.failed else 0)
