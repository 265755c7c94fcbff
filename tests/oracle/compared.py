# SPDX-License-Identifier: Apache-2.0
"""What is compared, and how it is brought into one form on both sides.

Each function of `aspects` takes what tamis and what an oracle say of one mail
(objects of the dump_* programs) and returns two multisets (Counter) of items:
words, digests, URLs. The mail is the same to both when these are equal.
"""
import re
import urllib.parse
from collections import Counter

# U+0085 is what 0x85 of windows-1252 is to others, and white space to Python.
CURLY = str.maketrans({"\u201c": '"', "\u201d": '"', "\ufeff": None,
                       "\0": None, "\x85": "\u2026"})


def words(text):
    """The words of a text; all that Unicode calls white space parts them."""
    return Counter(text.translate(CURLY).split())


def squeezed(text):
    return " ".join(text.split())


# ---- structure and content: GMime, Python -----------------------------

def tree(parts):
    """One item a part: where it stands ("1.2"), and its type."""
    places, children, items = [], Counter(), Counter()
    for part in parts:
        parent = part["parent"]
        children[parent] += 1
        place = str(children[parent])
        if parent >= 0:
            place = places[parent] + "." + place
        places.append(place)
        items[place + " " + part["type"].lower()] += 1
    return items


def leaves(mail):
    return [part for part in mail["parts"] if part["leaf"]]


def parts_of(tamis, other):
    return tree(tamis["parts"]), tree(other["parts"])


def content_of(tamis, other):
    return (Counter(p["sha"] for p in leaves(tamis)),
            Counter(p["sha"] for p in leaves(other)))


def filenames_of(tamis, other):
    return tuple(Counter(squeezed(p["filename"]) for p in leaves(mail)
                         if p["filename"]) for mail in (tamis, other))


def text_of(tamis, other):
    """Words of the decoded text, markup and all."""
    return tuple(sum((words(p["text"]) for p in leaves(mail)
                      if p.get("text") and
                      p["type"].lower().startswith("text/")),
                     Counter()) for mail in (tamis, other))


def headers_of(tamis, other):
    return tuple(Counter(name.lower() + ": " + squeezed(value)
                         for name, value in mail["headers"])
                 for mail in (tamis, other))


# ---- HTML: gumbo, libxml2 ---------------------------------------------

def html_text_of(tamis, other):
    ours, theirs = Counter(), Counter()
    for part in other["parts"]:
        ours += words(tamis["parts"][part["part"]]["rendered"])
        theirs += words(part["text"])
    return ours, theirs


def canonical(url):
    """A URL in the form in which two spellings of it are one."""
    url = re.sub(r"[\t\r\n\0]", "", url).strip(" \x0b\x0c\xa0\u2028\u3000")
    url = url.strip("\u201c\u201d")
    if url.startswith(("//", "\\\\")):
        url = "http:" + url
    scheme, colon, rest = url.partition(":")
    scheme = scheme.lower()
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.-]*", scheme):
        return url
    if scheme == "mailto":
        rest = re.split(r"[?&]", percent_decoded(rest))[0]
        name, at, host = rest.partition("@")
        return scheme + ":" + name + at + host.lower()
    if scheme not in ("http", "https", "ftp"):
        return scheme + ":" + rest
    before, mark, after = re.match(r"([^?#]*)([?#]?)(.*)", rest,
                                   re.DOTALL).groups()
    rest = before.replace("\\", "/").lstrip("/") + mark + after
    host, path = re.match(r"([^/?#]*)(.*)", percent_decoded(rest),
                          re.DOTALL).groups()
    host = re.sub(r"[\x00-\x20]", "", host.rpartition("@")[2].lower())
    host = re.sub("[\u3002\uff0e\uff61]", ".", host)
    host = re.sub(r":(80|443)?$", "", host).rstrip(".")
    if path and not path.startswith("/"):
        path = "/" + path
    return scheme + "://" + host + path.rstrip("/ ")


def percent_decoded(text):
    return re.sub("%([2-7][0-9a-fA-F])",
                  lambda m: m[0] if m[1] in ("20", "7f", "7F")
                  else chr(int(m[1], 16)), text)


# Attributes that a mail program opens or loads, by element.
OPENED = {("a", "href"), ("area", "href"), ("link", "href"), ("base", "href"),
          ("img", "src"), ("input", "src"), ("iframe", "src"),
          ("frame", "src"), ("embed", "src"), ("script", "src"),
          ("form", "action"), ("button", "formaction"),
          ("body", "background"), ("table", "background"),
          ("tr", "background"), ("td", "background"), ("meta", "content")}


def html_links(part):
    """(absolute URL, whether it is opened) of the attributes of a document;
    images within the message ("data:") are none."""
    base = ""
    for element, name, value in part["links"]:
        if (element, name) == ("base", "href"):
            base = base or value.strip()
        if element == "meta":
            found = re.search("url=(.*)", value, re.I | re.DOTALL)
            value = found[1].strip("'\" ") if found else ""
        if base and value:
            try:
                value = urllib.parse.urljoin(base, value)
            except ValueError:
                pass
        values = [value]
        if name == "srcset":
            values = [item.split()[0] for item in value.split(",")
                      if item.split()]
        for url in map(canonical, values):
            if re.match(r"(?!data:)[a-z][a-z0-9+.-]*:.", url):
                yield url, (element, name) in OPENED


def html_links_of(tamis, other):
    theirs = {}
    for part in other["parts"]:
        for url, opened in html_links(part):
            theirs[url] = theirs.get(url) or opened
    ours = set()
    for url in tamis["urls"]:
        forms = {canonical(url["url"]), canonical(url["raw"])}
        if forms & theirs.keys():
            ours |= forms & theirs.keys()
        elif url["source"] != "text":
            ours.add(canonical(url["url"]))
    return Counter(ours), Counter(url for url, opened in theirs.items()
                                  if opened or url in ours)


# ---- what rules see: SpamAssassin -------------------------------------

def body_of(tamis, other):
    return (words(" ".join(map(rebuilt, tamis["body"]))),
            words(" ".join(other["body"])))


def rebuilt(latin1):
    """Text of bytes, given one character a byte."""
    return latin1.encode("latin-1").decode("utf-8", "surrogateescape")


def rawbody_of(tamis, other):
    return (words(rebuilt("".join(tamis["rawbody"]))),
            words("".join(other["rawbody"])))


def rule_headers_of(tamis, other):
    values = {}
    for name, value in tamis["headers"]:
        values.setdefault(name.lower(), []).append(value)
    theirs = Counter(name.lower() + ": " + squeezed(value)
                     for name, value in other["headers"])
    names = {name.lower() for name, _ in other["headers"]}
    ours = Counter(name + ": " + squeezed(" ".join(found))
                   for name, found in values.items() if name in names)
    return ours, theirs


def uris_of(tamis, other):
    """One item a URI; SpamAssassin has several forms of each."""
    forms = {}
    for uri in other["uris"]:
        variants = [canonical(v) for v in [uri["raw"], *uri["cleaned"]]]
        for variant in variants:
            forms.setdefault(variant, variants[0])
    ours = set()
    for url in tamis["urls"]:
        shared = [forms[f] for f in (canonical(url["url"]),
                                     canonical(url["raw"])) if f in forms]
        ours |= set(shared) or {canonical(url["url"])}
    return Counter(ours), Counter(set(forms.values()))


# oracle: {aspect: function}
aspects = {
    "gmime": {"parts": parts_of, "content": content_of,
              "filenames": filenames_of, "text": text_of,
              "headers": headers_of},
    "email": {"parts": parts_of, "content": content_of,
              "filenames": filenames_of, "text": text_of,
              "headers": headers_of},
    "gumbo": {"words": html_text_of, "links": html_links_of},
    "libxml2": {"words": html_text_of, "links": html_links_of},
    "spamassassin": {"body": body_of, "rawbody": rawbody_of,
                     "headers": rule_headers_of, "uris": uris_of},
}
