"""Runs the snippets of the documents. Run by run.sh; names of documents as
arguments run only those.

A fenced block has one of these languages:

ini      a policy, or a part of one, which is filled up to a whole; "check"
         must find no error. "; spki of NAME.pem" above a line spki = ...
         puts in what that certificate has, likewise sha256.
sh       commands, run by bash one after the other; each must succeed.
console  "$ " and a command, then what it prints: "..." as one character
         stands for any text in a line, alone in a line for any lines.
apache, lighttpd, nginx, haproxy, caddy
         a file of a server's configuration.

A block whose first line is a comment with the name of a file is put there
(policies too; without one they stand in the current directory, where
make_certs.sh has put certificates). Blocks of one document follow each other in
one sandbox. A block indented in place of a fence is an error."""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, f"{TOP}/tests/e2e")

from lib_report import Report

SERVERS = {"apache", "lighttpd", "nginx", "haproxy", "caddy"}
LANGUAGES = {"ini", "sh", "console"} | SERVERS
ANY = "\u2026"
FILE = re.compile(r"[#;] (/\S+|[a-z0-9-]+\.ini)\n")
# Documents that go on from where another one ends.
AFTER = {"docs/troubleshooting.md": "docs/start-lighttpd.md"}
# What a part of a policy lacks, by the section that it would be in.
REST = {
    "certificate": "[certificate]\nsource = server\n",
    "identity": "[identity]\nid = subject.CN\n",
    "access": "[access all]\npath = /*\nallow = *\n",
}


class Block:
    def __init__(self, document, language, line, text):
        self.place = f"{document}:{line}"
        self.language, self.line, self.text = language, line, text
        found = FILE.match(text)
        self.file = found.group(1) if found else None

    def commands(self):
        """Of a console block: (command, what it shows)."""
        found = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append([line[2:], ""])
            elif found and found[-1][0].endswith("\\\n"):
                found[-1][0] += line
            elif found:
                found[-1][1] += line
        return found


def documents():
    names = ["README.md", "SECURITY.md"]
    for pattern in ("docs/*.md", "examples/*/README.md"):
        names += sorted(glob.glob(pattern, root_dir=TOP))
    return names


def parse(name):
    """The blocks of a document, and what is wrong with its form."""
    blocks, wrong, start, blank = [], [], None, True
    with open(f"{TOP}/{name}", encoding="utf-8") as file:
        lines = file.readlines()
    for number, line in enumerate(lines, 1):
        fence = re.match(r"( *)```(.*)", line)
        if fence and start is None:
            start, language, text = number, fence.group(2).strip(), []
            indent = fence.group(1)
            if language not in LANGUAGES:
                wrong.append(f"line {number}: language '{language}'")
        elif fence:
            blocks.append(Block(name, language, start, "".join(text)))
            start = None
        elif start is not None:
            text.append(line.removeprefix(indent))
        elif blank and re.match(r" {4,}\S|\t", line):
            wrong.append(f"line {number}: indented code")
        blank = not line.strip()
    if start is not None:
        wrong.append(f"line {start}: no end")
    return blocks, wrong


def read_elsewhere():
    """Blocks that other tests run: document and first line."""
    rows = {}
    with open(f"{HERE}/elsewhere") as file:
        for line in file:
            if line.strip() and not line.startswith("# "):
                document, first, why = line.rstrip("\n").split("\t")
                rows[document, first] = why
    return rows


class Session:
    """The blocks of one document in one sandbox."""

    def __init__(self, report, blocks):
        self.report, self.blocks = report, blocks
        self.dir = tempfile.mkdtemp(prefix="mtlsgate-docs.")
        os.chmod(self.dir, 0o755)
        self.script = ["set -eu", f"cd {self.dir}/tree"]
        self.looks = []  # (block, command, shown, file)

    def add_file(self, block):
        path = f"{self.dir}/file-{len(self.script)}"
        with open(path, "w", encoding="utf-8") as out:
            out.write(block.text)
        self.script.append(f"install -D -m 644 {path} {block.file}")

    def add_policy(self, block):
        path = block.file or f"{self.dir}/tree/part-{block.line}.ini"
        if not block.file:
            with open(path, "w", encoding="utf-8") as out:
                out.write(whole_policy(block.text))
        self.script.append(f"python3 {HERE}/digests.py {path} .")
        self.add_command(block, f"mtlsgatectl check {path}\n", None)

    def add_command(self, block, command, shown):
        out = f"{self.dir}/out-{len(self.looks)}"
        self.looks.append((block, command, shown, out))
        self.script.append("set +e\n{\n" + command + "}" +
                           f" > {out} 2>&1 < /dev/null")
        self.script.append(f"echo $? > {out}.status\nset -e")

    def add(self, block):
        if block.file:
            self.add_file(block)
        if block.language == "ini":
            self.add_policy(block)
        elif block.language == "sh":
            self.add_command(block, "set -e\n" + block.text, None)
        elif block.language == "console":
            for command, shown in block.commands():
                self.add_command(block, command, shown)

    def run(self):
        shutil.copytree(f"{TOP}/examples", f"{self.dir}/tree/examples")
        shutil.copytree(f"{TOP}/etc", f"{self.dir}/tree/etc")
        subprocess.run(["sh", f"{HERE}/make_certs.sh", f"{self.dir}/tree"],
                       check=True)
        for block in self.blocks:
            self.add(block)
        with open(f"{self.dir}/script", "w", encoding="utf-8") as out:
            out.write("\n".join(self.script) + "\n")
        argv = ["unshare", "--mount", "--net", "--pid", "--fork",
                "--kill-child", "sh", f"{HERE}/enter.sh", self.dir,
                f"{self.dir}/script"]
        done = subprocess.run(argv, capture_output=True, text=True,
                              timeout=300)
        self.judge(done.stdout + done.stderr)
        shutil.rmtree(self.dir)

    def judge(self, noise):
        for block, command, shown, out in self.looks:
            first = command.strip().splitlines()[-1 if shown is None else 0]
            name = f"{block.place}: {first[:60]}"
            text = read(out)
            status = read(f"{out}.status").strip()
            if not status:
                text += f"was not run to its end; {noise[-800:]}"
            if shown is None:
                good = status == "0"
            else:
                good = status and fits(text, shown)
            self.report.check(
                name, good,
                f"status {status}: {text[-2500:]}".replace("\n", " | "))


def read(path):
    """The text of a file; "" when it is not there."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def fits(text, shown):
    """Whether a command printed what the document shows of it."""
    pattern = ""
    for line in shown.splitlines(keepends=True):
        if line.strip() == ANY:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(re.escape(p) for p in line.split(ANY))
    text = text.replace("\r", "")
    if text and not text.endswith("\n"):
        text += "\n"  # a terminal would show it on a line of its own
    return re.fullmatch(pattern, text) is not None


def whole_policy(text):
    for section, rest in REST.items():
        if not re.search(rf"^\[{section}\b", text, re.M):
            text += "\n" + rest
    return text


def main():
    report = Report()
    elsewhere = read_elsewhere()
    used = set()
    for name in sys.argv[1:] or documents():
        blocks, wrong = parse(name)
        report.check(f"{name}: form", not wrong, "; ".join(wrong))
        mine = []
        for block in blocks:
            key = name, block.text.split("\n")[0]
            if key in elsewhere:
                used.add(key)
            else:
                mine.append(block)
        before = parse(AFTER[name])[0] if name in AFTER else []
        if mine and not wrong:
            Session(report, before + mine).run()
    if not sys.argv[1:]:
        for key in sorted(set(elsewhere) - used):
            report.check(f"elsewhere {key}", False, "no such block")
    report.finish()


main()
