"""The path of a request, from mtlsgate(8) alone."""

import re
import string

HEX = set(string.hexdigits)


class BadPath(Exception):
    pass


def refuse_decoded(path):
    """What no decoded path may have."""
    if not path.startswith("/"):
        raise BadPath("first byte")
    if any(c in path for c in ";\\?#") or re.search(r"[\x00-\x1f\x7f]", path):
        raise BadPath("character")
    if any(part in (".", "..") for part in path.split("/")):
        raise BadPath("dot segment")
    return re.sub("/+", "/", path)


def decode(target):
    out = bytearray()
    data = target.encode("utf-8", "surrogateescape")
    at = 0
    while at < len(data):
        if data[at] != 0x25:
            out.append(data[at])
            at += 1
            continue
        digits = data[at + 1:at + 3].decode("latin-1")
        if len(digits) < 2 or not set(digits) <= HEX:
            raise BadPath("escape")
        byte = int(digits, 16)
        if byte in b"/\0?#":
            raise BadPath("encoded " + chr(byte))
        out.append(byte)
        at += 3
    try:
        return out.decode("utf-8")
    except UnicodeDecodeError as e:
        raise BadPath("UTF-8") from e


def from_target(target):
    """The path of a request target."""
    scheme = re.match(r"https?://([^/?#]*)", target, re.IGNORECASE)
    if scheme:
        if not re.fullmatch(r"[A-Za-z0-9.:\[\]-]+", scheme.group(1)):
            raise BadPath("authority")
        target = target[scheme.end():] or "/"
    if "#" in target:
        raise BadPath("raw #")
    target = target.partition("?")[0]
    if any(c in target for c in " ;\\") or re.search(r"[\x00-\x1f\x7f]",
                                                     target):
        raise BadPath("character")
    return refuse_decoded(decode(target))


def from_script(script_name, path_info):
    """The path that the server has decoded already."""
    return refuse_decoded(script_name + path_info)


def is_probe(path):
    return path.rstrip("/").rpartition("/")[2] == ".mtlsgate-deny"
