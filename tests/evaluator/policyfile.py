"""Reads a policy file and knows its patterns, names and dates.

Written from mtlsgate.ini(5) alone, for policies without an error: what the
program refuses is tested elsewhere.
"""

import datetime
import os
import re

KEYS = {
    "role": ("default", "pin", "from", "until"),
    "identity": ("id", "email", "department", "prefix", "from", "until"),
    "block": ("from",),
    "access": ("path", "site", "method", "allow", "pin", "from", "until"),
    "pin": ("sha256", "spki", "chain", "from", "until"),
    "certificate": ("source", "verify", "purpose", "min_rsa_bits",
                    "max_lifetime", "warn_expiring", "ca", "intermediates",
                    "crl", "crl_check", "crl_stale", "ca_as_client",
                    "partial_chain"),
}

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


class Section:
    def __init__(self, kind, name, line):
        self.kind = kind
        self.name = name
        self.line = line
        self.keys = {}

    def add(self, key, value):
        self.keys.setdefault(key, []).append(value)

    def one(self, key, default=None):
        return self.keys.get(key, [default])[0]

    def words(self, key):
        """The names of a list that may use commas."""
        return [word.strip() for value in self.keys.get(key, [])
                for word in value.split(",")]

    def conditions(self):
        own = KEYS[self.kind]
        return {key: values for key, values in self.keys.items()
                if key not in own and not key.startswith("allow.")}


class Policy:
    def __init__(self, path):
        self.directory = os.path.dirname(path)
        self.sections = []
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                self.take(line.rstrip("\n"), number)
        self.certificate = self.single("certificate")
        self.endpoints = self.single("endpoints")

    def take(self, line, number):
        if not line or line[0] in ";#":
            return
        if line[0] == "[":
            kind, _, name = line[1:-1].partition(" ")
            self.sections.append(Section(kind, name, number))
            return
        key, _, value = line.partition("=")
        self.sections[-1].add(key.strip(), value.strip())

    def of(self, kind):
        return [s for s in self.sections if s.kind == kind]

    def single(self, kind):
        found = self.of(kind)
        return found[0] if found else Section(kind, "", 0)

    def lines_of(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8") as f:
            return f.read().splitlines()


def seconds(text):
    return sum(int(n) * UNITS[unit]
               for n, unit in re.findall(r"(\d+)([dhms])", text))


def moment(text, is_until):
    """Seconds since the epoch; a bare date as until ends with its day."""
    if len(text) == 10:
        day = datetime.datetime.fromisoformat(text + "T00:00:00+00:00")
        return day.timestamp() + (86400 if is_until else 0)
    return datetime.datetime.fromisoformat(
        text.replace("Z", "+00:00")).timestamp()


def begun(section, now):
    return "from" not in section.keys or \
        now >= moment(section.one("from"), False)


def in_force(section, now):
    return begun(section, now) and (
        "until" not in section.keys or
        now < moment(section.one("until"), True))


def expression(pattern, separator):
    """The regular expression of a pattern with wildcards."""
    one = "[^%s]" % re.escape(separator) if separator else "."
    out = ""
    at = 0
    while at < len(pattern):
        if pattern[at] == "\\":
            out += re.escape(pattern[at + 1])
            at += 2
        elif pattern.startswith("**", at):
            out += ".*"
            at += 2
        elif pattern[at] == "*":
            out += one + "*"
            at += 1
        elif pattern[at] == "?":
            out += one
            at += 1
        else:
            out += re.escape(pattern[at])
            at += 1
    return out


def wild(pattern):
    return re.search(r"[*?]", re.sub(r"\\.", "", pattern)) is not None


def fits(pattern, value, separator=""):
    return re.fullmatch(expression(pattern, separator), value,
                        re.DOTALL) is not None


def path_fits(pattern, path):
    if pattern.endswith("/*"):
        return re.fullmatch(expression(pattern[:-2], "/") + "(/.*)?", path,
                            re.DOTALL) is not None
    return fits(pattern, path, "/")


def template_reads(template, value):
    """What the parentheses of the template take, once for each way in which
    the value fits."""
    out = []

    def step(i, j, taken, inside):
        if i == len(template):
            if j == len(value):
                out.append(taken)
            return
        c = template[i]
        if c == "(":
            step(i + 1, j, taken, True)
        elif c == ")":
            step(i + 1, j, taken, False)
        elif c == "*":
            for end in range(j, len(value) + 1):
                step(i + 1, end, taken + value[j:end] * inside, inside)
        elif j < len(value) and (value[j] == c if c != "#"
                                 else value[j] in "0123456789"):
            step(i + 1, j + 1, taken + value[j] * inside, inside)

    step(0, 0, "", False)
    return out
