#!/usr/bin/env python3
"""make_policy.py - writes a policy of any size to standard output: so many
rules, pins, blocks and roles, none of which is about the certificate and the
path that are measured, and behind them the one rule that is.

  make_policy.py --rules 10000 > policy.ini
  make_policy.py --pins 100000 --blocks 100000 --block-by serial > policy.ini

The same options give the same bytes."""
import argparse
import hashlib
import sys

# a rule's path, by --kind
KINDS = {
    "literal": "/app{g}/page{i}",
    "subtree": "/app{g}/area{i}/*",
    "wildcard": "/app{g}/*/item{i}/**.html",
    "question": "/app{g}/r??/item{i}",
}


def options():
    parser = argparse.ArgumentParser(
        description="Writes a policy of any size to standard output.")
    size = {"type": int, "default": 0, "metavar": "N"}
    parser.add_argument("--rules", help="access sections", **size)
    parser.add_argument("--kind", default="mixed",
                        choices=list(KINDS) + ["mixed", "same"],
                        help="their paths; same: /admin/* for each site")
    parser.add_argument("--sites", help="sites that they take turns in",
                        **size)
    parser.add_argument("--pins", help="pins", **size)
    parser.add_argument("--blocks", help="blocks", **size)
    parser.add_argument("--block-by", default="serial",
                        choices=["serial", "issuer-serial", "sha256", "spki",
                                 "cn", "subject"])
    parser.add_argument("--roles", help="roles by subject.CN", **size)
    parser.add_argument("--identities", help="[identity NAME] sections",
                        **size)
    parser.add_argument("--path", default="/x",
                        help="the path that the last rule lets in")
    parser.add_argument("--cn", help="the measured certificate's CN: it gets "
                        "the role bench, which the last rule then wants")
    parser.add_argument("--allow", help="other roles that the last rule "
                        "names as well", **size)
    parser.add_argument("--certificate", action="append", default=[],
                        metavar="LINE", help="a line of [certificate]")
    parser.add_argument("--line", action="append", default=[],
                        help="a line, as it is, at the end")
    return parser.parse_args()


def digest(what, number):
    return hashlib.sha256(f"{what} {number}".encode()).hexdigest()


def section(kind, name, *lines):
    print(f"\n[{kind} {name}]" if name else f"\n[{kind}]")
    for line in lines:
        print(line)


def block_lines(how, number):
    serial = "serial = 0" + digest("serial", number)[:31]
    return {
        "serial": [serial],
        "issuer-serial": [f"issuer = CN=CA {number % 7},O=Example", serial],
        "sha256": ["sha256 = " + digest("block", number)],
        "spki": ["spki = " + digest("block", number)],
        "cn": [f"subject.CN = gone{number}"],
        "subject": [f"subject = CN=gone{number},O=Example"],
    }[how]


def rule_lines(args, number):
    if args.kind == "same":
        path = "/admin/*"
    else:
        kind = args.kind
        if kind == "mixed":
            kind = list(KINDS)[number % len(KINDS)]
        path = KINDS[kind].format(g=number % 100, i=number)
    lines = ["path = " + path]
    if args.sites:
        lines.append(f"site = site{number % args.sites}")
    role = number % args.roles if args.roles else None
    lines.append("allow = " + ("*" if role is None else f"role{role}"))
    return lines


def last_rule(args):
    wanted = [f"role{i}" for i in range(min(args.allow, args.roles))]
    if args.cn:
        wanted.append("bench")
    lines = ["path = " + args.path]
    if args.sites:
        lines.append("site = *")
    lines += [f"allow = {role}" for role in wanted] or ["allow = *"]
    section("access", "bench", *lines)


def main():
    args = options()
    print("[certificate]")
    print("\n".join(args.certificate or ["source = server"]))
    for i in range(args.identities):
        section("identity", f"person{i}", f"subject.CN = person{i}",
                "id = subject.CN")
    section("identity", "", "id = subject.CN")
    for i in range(args.roles):
        section("role", f"role{i}", f"subject.CN = person{i}")
    if args.cn:
        section("role", "bench", f"subject.CN = {args.cn}")
    for i in range(args.blocks):
        section("block", f"block{i}", *block_lines(args.block_by, i))
    for i in range(args.pins):
        section("pin", f"pin{i}", "sha256 = " + digest("pin", i))
    for i in range(args.rules):
        section("access", f"rule{i}", *rule_lines(args, i))
    last_rule(args)
    print("\n".join([""] + args.line) if args.line else "", end="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
