"""Presses Tab in a real shell: prints what it shows after each line.

usage: lib_tabs.py bash|zsh SETUP LINE...

The shell runs on a terminal of its own, reads SETUP first, and then each LINE
followed by a Tab. What comes back is printed without escapes, one line of
output for each LINE."""
import fcntl
import os
import pty
import re
import struct
import sys
import termios

START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
QUIET = {
    "bash": "PS1='more: '; bind 'set completion-query-items -1'; "
            "bind 'set page-completions off'; "
            "bind 'set show-all-if-ambiguous on'; "
            "bind 'set enable-bracketed-paste off'",
    "zsh": "PS1='more: '; LISTMAX=9999; unsetopt zle_bracketed_paste prompt_sp "
           "list_beep; zstyle ':completion:*' menu no; "
           "zstyle ':completion:*' list-colors ''",
}
MOVES = re.compile(rb"\x1b\[[0-9;]*[A-H]|\r")
ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|[\x07\x08]")


def plain(seen):
    return ESCAPES.sub(b"", MOVES.sub(b" ", seen))


def read_to(fd, mark):
    """All that is shown up to mark, which only a command's output has. The
    prompt behind it must be there too: before it, the terminal and not the
    shell would take what is typed."""
    seen = b""
    while b"more:" not in plain(seen).partition(mark)[2]:
        try:
            got = os.read(fd, 65536)
        except OSError:
            got = b""
        if not got:
            sys.exit("the shell has ended: %r" % seen[-500:])
        seen += got
    return plain(seen).partition(mark)[0]


def press(fd, number, text):
    """Types text; what the shell shows until it has taken all of it."""
    mark = b"done-%d-mark" % (number * 2)
    os.write(fd, text.encode() + b"\x15")
    os.write(fd, b"echo done-$((%d * 2))-mark\r" % number)
    return read_to(fd, mark)


def main():
    shell, setup, *lines = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(START[shell][0], START[shell])
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 400, 0, 0))
    os.write(fd, (QUIET[shell] + "\r").encode())
    os.write(fd, (setup + "\r").encode())
    press(fd, 1, "")
    for number, line in enumerate(lines, 2):
        shown = press(fd, number, line + "\t")
        print(" ".join(shown.decode(errors="replace").split()))
    os.write(fd, b"exit\r")
    try:
        while os.read(fd, 65536):
            pass
    except OSError:
        pass
    os.waitpid(pid, 0)


main()
