# SPDX-License-Identifier: Apache-2.0
"""The classes of differences between tamis and the oracles.

A class is a function that takes a Difference and removes from it the items
that it explains. Its first decorator says for which oracles and aspects it
is, who is right, and why. The order matters: the first one that explains an
item counts it.
"""
import email
import glob
import html
import re
import unicodedata
from collections import Counter

from compared import (CURLY, aspects, canonical, percent_decoded, rebuilt,
                      words)
from programs import dump_of


class Difference:
    """Items that only one side has; false when there is none (left)."""

    def __init__(self, oracle, aspect, tamis, other, ours, theirs):
        self.oracle, self.aspect = oracle, aspect
        self.tamis, self.other = tamis, other
        self.file = tamis["file"]
        self.ours, self.theirs = ours - theirs, theirs - ours

    def __bool__(self):
        return bool(self.ours or self.theirs)

    def count(self):
        return sum(self.ours.values()) + sum(self.theirs.values())

    def drop_ours(self, predicate):
        self.ours = Counter({item: n for item, n in self.ours.items()
                             if not predicate(item)})

    def drop_theirs(self, predicate):
        self.theirs = Counter({item: n for item, n in self.theirs.items()
                               if not predicate(item)})

    def drop_all(self):
        self.ours, self.theirs = Counter(), Counter()

    def read_theirs_as(self, reading):
        """Removes what agrees once words of theirs are read in another way;
        reading(word) is a text of any number of words."""
        self.cancel_words(lambda word: word, reading)

    def cancel_words(self, ours_as, theirs_as):
        ours, theirs = {}, {}
        for side, reading, read in ((self.ours, ours_as, ours),
                                    (self.theirs, theirs_as, theirs)):
            for item in side:
                read[item] = words(reading(item))
        known = Counter(), Counter()
        for total, side, read in ((known[0], self.ours, ours),
                                  (known[1], self.theirs, theirs)):
            for item, n in side.items():
                for word, times in read[item].items():
                    total[word] += n * times
        shared = known[0] & known[1]
        self.ours = not_shared(self.ours, ours, Counter(shared))
        self.theirs = not_shared(self.theirs, theirs, Counter(shared))

    def same_letters(self):
        """Whether the words left have the same letters, parted elsewhere."""
        return (Counter("".join(self.ours.elements())) ==
                Counter("".join(self.theirs.elements())))

    def html(self):
        return "\n".join(part.get("text", "") for part in
                         self.tamis["parts"] if part.get("is_html"))

    def cancel(self, fold):
        """Removes what is equal on both sides after fold(item)."""
        ours, theirs = Counter(), Counter()
        for side, folded in ((self.ours, ours), (self.theirs, theirs)):
            for item, n in side.items():
                folded[fold(item)] += n
        self.ours = left(self.ours, ours & theirs, fold)
        self.theirs = left(self.theirs, ours & theirs, fold)


def left(side, shared, fold):
    """The items of a side but those that both have after folding."""
    shared, rest = Counter(shared), Counter()
    for item, n in side.items():
        taken = min(n, shared[fold(item)])
        shared[fold(item)] -= taken
        if n > taken:
            rest[item] = n - taken
    return rest


def not_shared(side, read, shared):
    """The items of a side, but those all of whose words are shared."""
    rest = Counter()
    for item, n in side.items():
        for _ in range(n):
            if read[item] <= shared:
                shared -= read[item]
            else:
                rest[item] += 1
    return rest


registry = []


def cls(oracles, aspects, right, why):
    """Registers a class under the name of its function."""
    def register(function):
        registry.append((function.__name__.replace("_", "-"),
                         oracles.split(), aspects.split(), right, why,
                         function))
        return function
    return register


def explain(difference):
    """How many items each class explains; what is left is unexplained."""
    found = {}
    for name, oracles, aspects, _, _, function in registry:
        if difference.oracle not in oracles or \
                difference.aspect not in aspects or not difference:
            continue
        before = difference.count()
        function(difference)
        if difference.count() < before:
            found[name] = before - difference.count()
    return found


def as_markdown():
    lines = ["| class | oracles | compared | right | why |",
             "| --- | --- | --- | --- | --- |"]
    for name, oracles, aspects, right, why, _ in registry:
        lines.append(f"| {name} | {', '.join(oracles)} | {', '.join(aspects)}"
                     f" | {right} | {' '.join(why.split())} |")
    return "\n".join(lines) + "\n"


# ---- SpamAssassin: URIs -----------------------------------------------

@cls("spamassassin", "uris", "both", """SpamAssassin lists the domains of
DKIM-Signature fields among the URIs; with us they are not URLs.""")
def dkim_domains(d):
    d.drop_theirs(lambda uri: uri.startswith("domainkeys:"))


@cls("spamassassin", "uris", "tamis", """SpamAssassin lists what has no scheme
("#top", "images/dot.gif", "", "3D\"http"), and opens it as if a host name
were meant. Without a base URL a mail program cannot open it at all.""")
def relative_reference(d):
    d.drop_theirs(lambda uri: not re.match(r"[a-z][a-z0-9+.-]*:", uri) or
                  uri.startswith(("http://3d", "cid:", "data:")))


@cls("spamassassin", "uris", "tamis", """A mailto: without an address.""")
def mailto_nobody(d):
    d.drop_theirs(lambda uri: re.fullmatch("mailto:[^@]*", uri))


@cls("spamassassin gumbo libxml2", "uris links", "both", """No-break and
zero-width spaces in an address: tamis ends an address in text at the former
and takes the latter out, in attributes it keeps them.""")
def spaces_in_addresses(d):
    d.cancel(lambda uri: re.sub("[\\s\u200b-\u200f]", "", uri).lower())


@cls("spamassassin", "uris", "tamis", """Lotus Notes wrote addresses as
"Name/Department/Company@HOST": SpamAssassin takes what has a "/" before the
"@" for a web address.""")
def notes_address(d):
    d.drop_theirs(lambda uri: re.match(r"http://[^./@]+/[^@]+@[^./]+$", uri))


@cls("spamassassin", "uris", "tamis", """A word glued to an address by a colon
("at:ann@example.org", "To:ann@example.org") is no part of the address;
SpamAssassin keeps it.""")
def word_before_address(d):
    d.cancel(lambda uri: re.sub(r"^mailto:.*[:;](?=[^:;]+@)", "mailto:", uri))


def text_urls(d):
    """URLs that we found in text, by their canonical form."""
    return {canonical(url["url"]): url["raw"] for url in d.tamis["urls"]
            if url["source"] == "text"}


@cls("spamassassin", "uris", "tamis", """A host without a scheme that stands
right before a comma, a bracket, a colon or a non-ASCII character: mail
programs make a link of it, SpamAssassin wants white space behind it.""")
def bare_host_before_punctuation(d):
    body = " ".join(rebuilt(line) for line in d.tamis["body"])
    raws = text_urls(d)
    d.drop_ours(lambda uri: uri in raws and "://" not in raws[uri] and
                re.search(re.escape(raws[uri]) + r"[^\s<>\"`{}\[\]|]", body))


@cls("spamassassin", "uris", "spamassassin", """A host without a scheme that
stands behind punctuation within a word, as in "logs/httpd.pid" or
"see:example.org".""")
def bare_host_behind_punctuation(d):
    body = " ".join(rebuilt(line) for line in d.tamis["body"]).lower()
    d.drop_theirs(lambda uri: uri.startswith("http://") and re.search(
        r"[^\s<>\"`{}\[\]|]" + re.escape(uri[7:]), body))


@cls("spamassassin", "uris", "tamis", """Punctuation at the end of an address
that stands in brackets or quotes belongs to it ("<http://example.org/?a==>").
SpamAssassin cuts it always.""")
def final_punctuation(d):
    def cut(uri):
        return uri.rstrip("-~!@#^&*()_+=:;'?,./")
    ours = {cut(canonical(url[key])) for url in d.tamis["urls"]
            for key in ("url", "raw")}
    d.cancel(cut)
    d.drop_theirs(lambda uri: cut(uri) in ours)


@cls("spamassassin", "uris", "tamis", """Addresses that were made harmless for
the eye ("hxxps://example[.]org"): tamis reads them as what they were.""")
def defanged(d):
    body = " ".join(rebuilt(line) for line in d.tamis["body"])
    raws = {canonical(url["url"]): url["raw"] for url in d.tamis["urls"]}
    d.drop_ours(lambda uri: re.match("hxxp", raws.get(uri, ""), re.I) or
                re.search(r"\[\.\]|\(\.\)|\bdot\b|\[:\]",
                          raws.get(uri, "")) or
                "hxxp" in body and uri not in body)


@cls("spamassassin", "uris", "tamis", """An address that is wrapped over lines
in angle brackets: tamis joins its lines, SpamAssassin has the first one.""")
def wrapped_address(d):
    whole = [canonical(url["url"]) for url in d.tamis["urls"]]
    d.drop_theirs(lambda uri: len(uri) > 10 and
                  any(url.startswith(uri) for url in whole))


@cls("spamassassin", "uris", "both", """SpamAssassin looks for addresses in
the first 50 kB of a part's text, tamis in all of it.""")
def behind_50_kb(d):
    body = " ".join(rebuilt(line) for line in d.tamis["body"])
    raws = text_urls(d)
    if any(len(p.get("rendered", "")) > 50000 for p in d.tamis["parts"]):
        d.drop_ours(lambda uri: uri in raws and raws[uri] not in body)


NOT_LOOKED_AT = re.compile(r"""<(?:input|object|applet|param|video|audio|source
    |button|image|svg|use)\b[^>]*?(?:src|data|codebase|value|poster|formaction
    |href)\s*=\s*["']?\s*([^"'\s>]+)|(?:lowsrc|dynsrc|srcset|background
    |data-saferedirecturl|ping)\s*=\s*["']?\s*([^"'\s>]+)
    |\burl\(\s*["']?([^"')]+)""",
                           re.IGNORECASE | re.VERBOSE)


@cls("spamassassin", "uris", "tamis", """Attributes that clients open or load
and SpamAssassin does not look at: images of buttons (<input src>), objects
and their programs, backgrounds, srcset, url() in styles, what Gmail made of
a link.""")
def other_attributes(d):
    found = {canonical(html.unescape("".join(groups)))
             for groups in NOT_LOOKED_AT.findall(d.html())}
    d.drop_ours(lambda uri: uri in found)


def top_level_domains():
    """Those that SpamAssassin knows."""
    found = set()
    for path in glob.glob("/usr/share/spamassassin/20_aux_tlds.cf"):
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("util_rb_tld"):
                    found.update(line.split()[1:])
    return found


@cls("spamassassin", "uris", "both", """A web address whose top-level domain
does not exist, or whose host is no host name ("http://www.$",
"http://node_1.test"): SpamAssassin drops it when it stands in text, tamis
keeps what has a scheme or "www.", for rules to see.""")
def no_such_domain(d):
    known, found = top_level_domains(), text_urls(d)

    def is_valid(uri):
        host = re.match(r"[a-z]+://([^/:?#]*)", uri)
        return host and host[1].rpartition(".")[2] in known and re.fullmatch(
            r"([a-z0-9_-]+\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?\.[a-z0-9-]+",
            host[1])
    d.drop_ours(lambda uri: uri in found and not is_valid(uri))


# ---- SpamAssassin: text -----------------------------------------------

def as_windows_1252(word):
    """Stray bytes (surrogates) and C1 controls as Windows shows them."""
    data = "".join(c if ord(c) > 0xff or ord(c) < 0x80 else
                   bytes([ord(c)]).decode("cp1252", "replace") for c in
                   (chr(ord(c) - 0xdc00) if 0xdc80 <= ord(c) <= 0xdcff
                    else c for c in word))
    return data


@cls("spamassassin", "body", "tamis", """References such as "&#151;" or
"&eacute;" in HTML that is ASCII otherwise come out of SpamAssassin as single
bytes of Latin-1, not as UTF-8, because Perl keeps such strings as bytes; and
references from 128 to 159 as control characters, where every browser shows
the characters of windows-1252 (WHATWG 13.2.5.80).""")
def latin_1_references(d):
    d.read_theirs_as(as_windows_1252)


@cls("spamassassin", "body", "tamis", """References that HTML::Parser does not
know ("&hairsp;") stay as they are, and two references of a surrogate pair
("&#55356;&#57101;") become one character; a browser shows two U+FFFD.""")
def references_of_html_parser(d):
    d.read_theirs_as(html.unescape)
    d.cancel(lambda word: "".join("\ufffd\ufffd" if ord(c) > 0xffff else c
                                  for c in word))


@cls("spamassassin", "headers", "tamis", """SpamAssassin reads 8 kB of a
field; tamis has one limit for all fields (message.header_bytes_max).""")
def field_over_8_kb(d):
    for item in list(d.theirs):
        longer = [other for other in d.ours if len(item) > 8000 and
                  other.startswith(item[:7000])]
        if longer:
            d.drop_theirs(lambda other, item=item: other == item)
            d.drop_ours(lambda other, longer=longer: other == longer[0])


# ---- HTML -------------------------------------------------------------

IFRAME = re.compile(r"<iframe[^>]*>(.*?)</iframe", re.DOTALL | re.IGNORECASE)


@cls("gumbo libxml2 spamassassin", "words links body uris", "tamis", """What
stands in an <iframe> element is never shown: gumbo (whose tree keeps it) and
SpamAssassin take it for text, libxml2 for markup.""")
def iframe_content(d):
    contents = IFRAME.findall(d.html())
    inside = sum(map(words, contents), Counter())
    d.drop_theirs(lambda item: item in inside or
                  any(item in content for content in contents))


@cls("gumbo libxml2 spamassassin", "links uris", "tamis", """A URL within a
URL, the target of a redirector: tamis lists both, and looks into escapes of
escapes. gumbo and libxml2 list attributes only.""")
def redirect_target(d):
    def plain(url):
        return percent_decoded(percent_decoded(percent_decoded(url)))
    urls = [plain(canonical(url[key])) for url in d.tamis["urls"]
            for key in ("url", "raw")]
    for uri in list(d.ours):
        inner = plain(uri.split("://")[-1])
        if any(inner in url[8:] for url in urls):
            d.drop_ours(lambda other, uri=uri: other == uri)


@cls("gumbo libxml2 spamassassin", "links uris", "tamis", """A mailto: with
more than one address ("mailto:a@example.org?cc=b@example.org&body=..."):
tamis lists each recipient, and the URLs of the body.""")
def mailto_recipients(d):
    found = percent_decoded(html.unescape(" ".join(
        re.findall(r"mailto:[^\"'>]*", d.html(), re.I)))).lower()
    d.drop_ours(lambda uri: uri == "mailto:" or
                uri.split(":", 1)[1].lstrip("/").lower() in found)


@cls("gumbo", "words", "tamis", """Text that stands in a table but in no cell:
browsers move it before the table and leave the white space behind (WHATWG
13.2.6.1, foster parenting), so that words join. tamis builds no tree.""")
def text_between_cells(d):
    if d.same_letters() and re.search("<table", d.html(), re.I) and \
            not re.search("<option", d.html(), re.I):
        d.drop_all()


def behind(html_text, tag):
    """What stands in the source behind the first such end tag."""
    return re.split("</" + tag + r"\s*>", html_text, maxsplit=1,
                    flags=re.I)[1:]


def canonical_text(text):
    return percent_decoded(html.unescape(re.sub(r"\s", "", text))).lower()


@cls("libxml2", "words", "tamis", """References without a semicolon ("&nbsp|",
"&middot") and those from 128 to 159, which mean windows-1252, as WHATWG
13.2.5.80 has it; libxml2 keeps the former as text and makes control
characters of the latter.""")
def references_as_html_5(d):
    d.read_theirs_as(lambda word: as_windows_1252(html.unescape(word)))


@cls("gumbo libxml2", "words", "tamis", """gumbo, as a browser, shows control
characters as U+FFFD, libxml2 drops them; tamis keeps them, so that rules can
find them.""")
def control_characters(d):
    def plain(word):
        return "".join(c for c in word if c != "\ufffd" and
                       unicodedata.category(c) not in ("Cc", "Cf"))
    d.cancel_words(plain, plain)


@cls("libxml2", "words links", "tamis", """libxml2 drops what stands behind
</html> or </body>. Browsers go on as if the end tag were not there (WHATWG
13.2.6.4.19), and spammers rely on it: unsubscribe texts, tracking images.""")
def behind_the_end(d):
    rest = [text for part in d.tamis["parts"] if part.get("is_html")
            for tag in ("html", "body") for text in behind(part["text"], tag)]
    source = html.unescape(re.sub("<[^>]*>", "", "\n".join(rest)) +
                           "\n".join(rest)).translate(CURLY)
    folded = canonical_text(source)
    d.drop_ours(lambda item: item in source or
                canonical_text(item.split("://")[-1]) in folded)


@cls("spamassassin", "body", "tamis", """Words of neighbouring <option>
elements: SpamAssassin joins them, a browser shows one a line.""")
def options_joined(d):
    if re.search("<option", d.html(), re.I) and d.same_letters():
        d.drop_all()


@cls("gumbo libxml2", "links", "tamis", """An attribute that holds a host without
a scheme ("www.example.org"): relative by the standard, but mail programs and
SpamAssassin open it as a web address.""")
def host_in_attribute(d):
    raws = {canonical(url["url"]): url["raw"] for url in d.tamis["urls"]}
    d.drop_ours(lambda uri: ":" not in raws.get(uri, ":"))


@cls("libxml2", "words links", "tamis", """Malformed markup that libxml2
repairs by rules of its own, older than the standard: gumbo, which follows the
WHATWG, agrees with tamis on the whole document.""")
def gumbo_agrees(d):
    other = dump_of("gumbo", d.file)
    if not other:
        return
    items = aspects["gumbo"][d.aspect](d.tamis, other)
    again = Difference("gumbo", d.aspect, d.tamis, other, *items)
    explain(again)
    if not again:
        d.drop_all()


# ---- GMime, Python ----------------------------------------------------

def raw_of(difference):
    with open(difference.file, "rb") as file:
        return file.read()


@cls("gmime email", "content", "tamis", """White space at the end of a
quoted-printable line was added on the way and goes (RFC 2045 section 6.7,
rule 3); GMime and Python keep it.""")
def quoted_printable_line_ends(d):
    if re.search(rb"[ \t]\r*\n", raw_of(d)) and \
            "quoted-printable" in encodings(d):
        d.drop_all()


def encodings(d):
    return {part["encoding"] for part in d.tamis["parts"]}


@cls("gmime email", "content", "spamassassin", """More than 20 empty lines in a
row are 20 to tamis, as they are to SpamAssassin's rules.""")
def many_empty_lines(d):
    if re.search(rb"(\s*\n){21}", raw_of(d)):
        d.drop_all()


@cls("gmime email", "content", "tamis", """CR CR LF, left behind by a program
that wrote CRLF as text: one line end to tamis, two to the others.""")
def carriage_returns(d):
    if b"\r\r\n" in raw_of(d) or b"=0D" in raw_of(d):
        d.drop_all()


@cls("gmime email", "text", "tamis", """Text that is labelled iso-8859-1 is
windows-1252, as the WHATWG's table of labels has it: 0x92 is an apostrophe,
not a control character.""")
def latin_1_is_windows_1252(d):
    d.read_theirs_as(as_windows_1252)


def is_undecodable(d):
    """Whether a text part has bytes that its charset does not explain."""
    for part in email.message_from_bytes(raw_of(d)).walk():
        if part.get_content_maintype() != "text":
            continue
        try:
            data = part.get_payload(decode=True) or b""
            data.decode(part.get_content_charset("ascii"))
        except (LookupError, ValueError, AssertionError):
            return True
    return False


@cls("gmime email", "text", "spamassassin", """Text that is UTF-8, whatever
charset its label says: tamis and SpamAssassin try UTF-8 first, because valid
sequences of several bytes are no accident.""")
def utf_8_under_another_label(d):
    d.read_theirs_as(lambda word: as_utf_8(word))


def as_utf_8(word):
    for charset in ("cp1252", "latin-1"):
        try:
            return word.encode(charset).decode("utf-8")
        except ValueError:
            pass
    return word


@cls("gmime email", "text", "tamis", """8-bit bytes in text of no declared
charset, of an unknown one, or that are none of its: GMime drops them or shows
the replacement character, Python the latter. tamis guesses, so that words
stay whole and white space parts them.""")
def unexplained_bytes(d):
    def ascii_letters(items):
        return Counter(c for word in items.elements() for c in word
                       if "!" <= c <= "~" and c != "?")
    ours, theirs = ascii_letters(d.ours), ascii_letters(d.theirs)
    wide = any(ord(c) > 127 for word in [*d.ours, *d.theirs] for c in word)
    quotes = Counter({'"': ours['"']})  # what curly ones become
    if ours - quotes == theirs - Counter({'"': theirs['"']}) and \
            (wide or quotes) and is_undecodable(d):
        d.drop_all()


@cls("gmime email spamassassin", "text body", "tamis", """8-bit text without a
charset, or that its charset does not explain: tamis guesses (GBK, Big5,
Shift_JIS, Windows pages); GMime and Python replace or drop such bytes,
SpamAssassin takes them for windows-1252 where it cannot guess.""")
def guessed_charset(d):
    if is_undecodable(d):
        d.drop_ours(lambda word: not word.isascii())
        d.drop_theirs(lambda word: not word.isascii())


def field(item):
    return item.split(": ", 1)[0]


def cancel_fields(d, agree):
    """Removes fields of one name whose values agree(ours, theirs)."""
    for theirs in list(d.theirs):
        for ours in list(d.ours):
            if field(ours) == field(theirs) and agree(ours, theirs):
                d.drop_ours(lambda item, ours=ours: item == ours)
                d.drop_theirs(lambda item, theirs=theirs: item == theirs)
                break


@cls("gmime", "headers", "tamis", """GMime joins neighbouring base64 words
before it decodes them and stops at the padding of the first one.""")
def padding_between_encoded_words(d):
    cancel_fields(d, lambda ours, theirs: ours.startswith(
        theirs.rstrip(">").rpartition(" <")[0] or theirs))


@cls("gmime email", "headers", "tamis", """Encoded words within quotes or next
to other text (RFC 2047 section 5 allows neither): all decode them, Python
puts spaces around them.""")
def space_around_encoded_words(d):
    d.cancel(lambda item: re.sub(r"\s", "", item))


@cls("gmime email", "headers", "tamis", """8-bit bytes in a field that are not
UTF-8, and encoded words with bytes that their charset does not explain: the
oracles replace them or leave the word as it is, tamis guesses.""")
def unexplained_bytes_in_fields(d):
    def plain(item):
        return re.sub(r"[^!->@-~]", "", item)
    cancel_fields(d, lambda ours, theirs: plain(ours) == plain(theirs) or
                  "=?" in theirs)


@cls("email", "parts content", "both", """Python reads the groups of fields of
a message/delivery-status as parts of their own (RFC 3464 section 2.1).""")
def delivery_status_groups(d):
    if any(part["type"] == "message/delivery-status"
           for part in d.tamis["parts"]):
        d.drop_all()


@cls("gmime email", "parts content text", "tamis", """A multipart whose
boundary is missing or never occurs: tamis shows its body as text, as
SpamAssassin and mail programs do; GMime and Python have an empty multipart
there.""")
def multipart_without_parts(d):
    if any(part["type"].lower().startswith("multipart/") and not any(
            other["parent"] == i for other in d.other["parts"])
            for i, part in enumerate(d.other["parts"])):
        d.drop_all()


# ---- broken mail: all oracles -----------------------------------------

EVERY = "gmime email spamassassin"
ALL = "parts content filenames text headers body rawbody uris"


@cls(EVERY, ALL, "tamis", """A mail whose only line ends are CR: tamis reads
them as line ends; the others see one endless field.""")
def bare_cr(d):
    data = raw_of(d)
    if b"\r" in data and b"\n" not in data.rstrip(b"\r\n"):
        d.drop_all()


@cls(EVERY, ALL, "tamis", """A line without a colon in the header: tamis and
Python begin the body there, as Postfix does with what it receives; GMime and
SpamAssassin skip it.""")
def line_without_colon(d):
    header = re.split(rb"\r?\n\r?\n", raw_of(d), maxsplit=1)[0]
    lines = [line for line in header.splitlines()[1:]
             if not line.startswith((b" ", b"\t", b">From "))]
    if any(not re.match(rb"[!-9;-~]+[ \t]*:", line) for line in lines):
        d.drop_all()


@cls("gmime email", ALL, "spamassassin", """Files that are uuencoded in the
text are parts of their own to tamis, and no text. GMime and Python leave them
in the text.""")
def uuencoded(d):
    if re.search(rb"^begin [0-7]{3,4} ", raw_of(d), re.MULTILINE):
        d.drop_all()


@cls(EVERY, ALL, "both", """Base64 with other characters in it, or with more
text behind its end: each decoder has its own way to go on.""")
def broken_base64(d):
    for part in email.message_from_bytes(raw_of(d)).walk():
        if part.get("Content-Transfer-Encoding", "").lower() != "base64":
            continue
        data = re.sub(r"\s", "", str(part.get_payload()))
        if not re.fullmatch("[A-Za-z0-9+/]*={0,2}", data):
            d.drop_all()


@cls("spamassassin", ALL, "tamis", """SpamAssassin ends the descent into
messages and parts earlier than tamis (message.depth_max).""")
def deep_nesting(d):
    depth, deepest = [], 0
    for part in d.tamis["parts"]:
        depth.append(depth[part["parent"]] + 1 if part["parent"] >= 0 else 0)
        deepest = max(deepest, depth[-1])
    if deepest > 10:
        d.drop_all()


@cls("gmime spamassassin", "text body", "both", """A NUL byte is a line end in
SpamAssassin's paragraphs, because it marks them so, and the end of the text
in GMime; to tamis, as to mail programs, it is nothing.""")
def nul_bytes(d):
    if b"\0" in raw_of(d):
        d.drop_all()


@cls("email", "content", "tamis", """The last part of a mail that was cut off
before its closing boundary: Python takes the line end before the missing
boundary away.""")
def cut_off(d):
    if not raw_of(d).rstrip().endswith(b"--"):
        d.drop_all()
