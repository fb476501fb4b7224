#!/usr/bin/env python3
"""The law of dependencies, held by what each file includes.

A part may include its own headers, those of the parts named here, and of the system headers only
what its row allows. Only main.c, wire.c, loop.c and admin.c see everything.
"""
import re
import sys

# part: (parts that it may include, external headers that it may include beside the C library)
LAW = {
    "app/common": ([], []),
    "app/protocol": (["common"], ["jansson"]),
    "app/system": (["common"], ["ini.h", "systemd", "posix"]),
    "app/http": (["common", "system"], ["curl", "microhttpd", "gnutls", "openssl", "posix"]),
    "app/kiosk/flow": (["common", "protocol/messages.h"], []),
    "app/kiosk/ui": (["common"], ["SDL2", "jansson", "linebreak", "qrencode", "unibreak", "libintl", "png", "posix"]),
    "app/kiosk/screens": (["common", "kiosk/ui", "kiosk/flow/view.h"], ["SDL2"]),
    "app/kiosk/paper": (["common", "kiosk/flow/receipt.h", "kiosk/flow/view.h", "printer"], []),
    "app/kiosk/io": (
        ["common", "system", "protocol", "http/client.h", "kiosk/flow", "kiosk/paper", "scanner", "printer"],
        ["sqlite3", "jansson", "openssl", "posix"],
    ),
    "app/billing/rules": (["common", "protocol/messages.h"], []),
    "app/billing/store": (["common", "system", "protocol", "billing/rules"], ["sqlite3", "posix"]),
    "app/billing/gateway": (["common", "system", "protocol", "http", "billing/rules"], ["jansson", "openssl"]),
    "app/billing/jobs": (
        ["common", "system", "protocol", "billing/rules", "billing/store", "billing/gateway", "billing/settings.h", "billing/server.h", "billing/secrets.h"],
        ["posix", "openssl"],
    ),
    "app/billing/api": (
        ["common", "system", "protocol", "http", "billing"],
        ["jansson", "openssl", "posix"],
    ),
    "app/sandbox": (["common", "system", "protocol", "http"], ["sqlite3", "jansson", "openssl", "curl", "posix"]),
    "drivers": (["common", "system"], ["png", "freetype", "ft2build", "iconv", "posix", "qrencode"]),
}
SEES_EVERYTHING = {"main.c", "wire.c", "wire.h", "loop.c", "admin.c"}
C_LIBRARY = {
    "assert", "ctype", "errno", "inttypes", "limits", "math", "signal", "stdarg", "stdatomic", "stdbool",
    "stddef", "stdint", "stdio", "stdlib", "string", "strings", "time", "getopt",
}
# Threads, files, sockets: what touches the machine. The flow and the rules may not.
POSIX = re.compile(r"^(pthread|unistd|fcntl|poll|dirent|iconv|langinfo|locale|netdb|arpa/|netinet/|sys/)")


def part_of(path):
    best = ""
    for part in LAW:
        if path.startswith(part + "/") and len(part) > len(best):
            best = part
    return best


def allowed_ours(part, name, mine):
    folder = part.removeprefix("app/")
    if name.startswith(folder + "/") or "/" not in name:
        return True
    if part == "drivers" and name.split("/")[0] == mine.split("/")[1]:
        return True
    return any(name == other or name.startswith(other + "/") for other in LAW[part][0])


def allowed_external(part, name):
    base = name.removesuffix(".h")
    if base in C_LIBRARY:
        return True
    if POSIX.match(name):
        return "posix" in LAW[part][1] or name.startswith("iconv") and "iconv" in LAW[part][1]
    return any(word in name for word in LAW[part][1])


def main():
    bad = 0
    for path in sys.argv[1:]:
        part = part_of(path)
        if not part or path.split("/")[-1] in SEES_EVERYTHING:
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                ours = re.match(r'#include "([^"]+)"', line)
                external = re.match(r"#include <([^>]+)>", line)
                if ours and not allowed_ours(part, ours[1], path):
                    print(f"ERROR: {path}:{number}: {part} may not use {ours[1]}")
                    bad += 1
                if external and not allowed_external(part, external[1]):
                    print(f"ERROR: {path}:{number}: {part} may not use <{external[1]}>")
                    bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
