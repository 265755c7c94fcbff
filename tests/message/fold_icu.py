#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folding against ICU, for every code point. Prints TAP.

The table must be the one that its generator makes, and what fold_dump prints,
which goes through the C code, must have the properties that folding promises.
They are asked of ICU in other words than the generator has."""
import os
import re
import subprocess
import sys

try:
    import icu
except ImportError:  # Debian's module belongs to Debian's Python
    if sys.executable != "/usr/bin/python3" and os.path.exists(
            "/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print("1..0 # SKIP python3-icu is not installed")
    sys.exit(0)

TOP = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
TABLE = os.path.join(TOP, "src/message/fold_table.def")
NFKC_CF = icu.Normalizer2.getNFKCCasefoldInstance()
NFD = icu.Normalizer2.getNFDInstance()
SPOOF = icu.SpoofChecker()
MARK, LATIN = 13, 5  # of enum fold_kind
IGNORABLE = icu.UProperty.DEFAULT_IGNORABLE_CODE_POINT
# What tools/make-fold-table has by hand, and Unicode does not say.
BY_HAND = set("\u00a3\u20ac\u0e3f") | set(map(chr, range(0x20a0, 0x20c0)))


def script(c):
    return icu.Script.getScript(c).getShortName()


def is_mark(c):
    return icu.Char.charType(c) in (icu.UCharCategory.NON_SPACING_MARK,
                                    icu.UCharCategory.ENCLOSING_MARK)


def plain(text):
    return "".join(c for c in NFD.normalize(text) if not is_mark(c))


def has_simple_text(text):
    """No Latin or Greek letters, marks, signs or blanks: NFKC_Casefold."""
    return text and all(
        script(c) not in ("Latn", "Grek") and not is_mark(c)
        and (icu.Char.isalnum(c) or script(c) not in ("Zyyy", "Zinh"))
        and icu.Char.charType(c) != icu.UCharCategory.FORMAT_CHAR
        and not icu.Char.isUWhiteSpace(c) and icu.Char.isalpha(c)
        for c in text)


def skeleton(c):
    return plain(SPOOF.getSkeleton(0, c)).lower()


def is_alike(c, letter):
    """Whether c, folded or as a capital is confusable with the letter."""
    forms = {c, NFKC_CF.normalize(c), str(icu.UnicodeString(c).toUpper()),
             str(icu.UnicodeString(plain(NFKC_CF.normalize(c))).toUpper())}
    wanted = {skeleton(letter), skeleton(letter.upper()), letter,
              {"m": "rn", "i": "l"}.get(letter, letter)}
    return any(skeleton(f) in wanted or skeleton(plain(f)) in wanted
               for f in forms) or c in BY_HAND


def check(code, text, kind, like):
    """What is wrong with a row, or None."""
    c = chr(code)
    norm = NFKC_CF.normalize(c)
    too_long = len(norm.encode()) > 3 * len(c.encode())
    if icu.Char.hasBinaryProperty(c, IGNORABLE):
        return None if text == "" and kind == MARK else "is to be seen"
    if len(text.encode()) > 3 * len(c.encode()):
        return "is too long"
    if re.search("[A-Z]", text):
        return "has capitals"
    if has_simple_text(norm) and not too_long and text != norm:
        return f"is {text}, not {norm}"
    if (re.fullmatch("[a-z0-9]+", plain(norm)) and len(c) <= len(norm)
            and text != plain(norm) and code not in (0x2122, 0x2120)):
        return f"is {text}, not {plain(norm)}"
    if like != "-" and not is_alike(c, like):
        return f"is not like {like}"
    return None


def rows():
    dump = subprocess.run([os.path.join(BUILD, "tests/message/fold_dump")],
                          check=True, capture_output=True, text=True).stdout
    for line in dump.splitlines():
        code, text, kind, like = line.split(" ")
        yield (int(code, 16), bytes.fromhex(text[:-1]).decode(), int(kind),
               like)


def main():
    known = icu.UNICODE_VERSION
    head = open(TABLE, encoding="utf-8").read(200)
    if f"Unicode {known}." not in head:
        print(f"1..0 # SKIP this ICU has Unicode {known}, the table another")
        return 0
    made = subprocess.run(
        [sys.executable, os.path.join(TOP, "tools/make-fold-table")],
        check=True, capture_output=True, text=True).stdout
    current = open(TABLE, encoding="utf-8").read()
    cut = re.compile(r"ICU [0-9.]+, ")
    results = [("fold_table.def is current (tools/make-fold-table)",
                [] if cut.sub("", made) == cut.sub("", current)
                else ["it differs"])]
    folded, wrong, alone = {}, [], []
    for code, text, kind, like in rows():
        folded[chr(code)] = text
        problem = check(code, text, kind, like)
        if problem:
            wrong.append(f"U+{code:04X} {problem}")
    for c, text in folded.items():
        parts = NFD.normalize(c)
        if (len(parts) > 1 and icu.Char.isalpha(c) and script(parts[0]) in ("Latn", "Grek")
                and "".join(map(folded.get, parts)) != text):
            alone.append(f"U+{ord(c):04X}")
    results.append((f"{len(folded)} code points fold as ICU says", wrong))
    results.append(("decomposed letters fold like composed ones", alone))
    for n, (name, problems) in enumerate(results, 1):
        print(f"{'not ' if problems else ''}ok {n} - {name}")
        for problem in problems[:20]:
            print(f"# {problem}")
    print(f"1..{len(results)}")
    return any(problems for _, problems in results)


if __name__ == "__main__":
    sys.exit(main())
