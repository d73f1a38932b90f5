"""digests.py POLICY DIR - puts the digests of the certificates in DIR where
the policy says whose they are: "; spki of NAME.pem" above "spki = ...". The
documents show made-up ones, since certificates are made anew each time."""

import re
import subprocess
import sys


def digest(kind, cert):
    out = subprocess.run(["mtlsgatectl", "fingerprint", cert], check=True,
                         capture_output=True, text=True).stdout
    return re.search(rf"^{kind} = \S+$", out, re.M).group(0)


def main():
    policy, where = sys.argv[1:]
    with open(policy) as file:
        text = file.read()
    text = re.sub(
        r"^(; (\w+) of (\S+\.pem).*\n)\2 = .*$",
        lambda m: m.group(1) + digest(m.group(2), f"{where}/{m.group(3)}"),
        text, flags=re.M)
    with open(policy, "w") as out:
        out.write(text)


main()
