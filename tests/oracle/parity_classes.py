# SPDX-License-Identifier: Apache-2.0
"""The classes of disagreements with SpamAssassin's rules."""
import re

from testing import Classes

classes = Classes()
disagreement = classes.disagreement
class_of, as_markdown = classes.class_of, classes.as_markdown


def raw(difference):
    return difference.file.read_bytes()


def head(difference):
    """The lines of the header section."""
    lines = raw(difference).replace(b"\r\n", b"\n").split(b"\n\n")[0]
    return lines.split(b"\n")


def function(difference):
    return difference.rule.get("function", "")


@disagreement(
    "body-changed-by-freemail",
    "SpamAssassin's FreeMail cuts addresses and some URLs out of the "
    "paragraphs that body rules look at later, when a function of it has "
    "looked at the body: the text that rules see depends on which rules ran "
    "before. tamis shows every rule the same text.")
def changed_by_freemail(difference):
    return difference.name in ("__FB_NUM_PERCNT", "__HAS_ANY_EMAIL") and \
        difference.is_ours


@disagreement(
    "line-without-colon",
    "A line without a colon in the header: tamis begins the body there, as "
    "Postfix does with what it receives; SpamAssassin passes over three of "
    "them, or ends the header at \"--\".")
def line_without_colon(difference):
    return any(line and not re.match(rb"[ \t]|[!-9;-~]+[ \t]*:|From |>From",
                                     line) for line in head(difference))


@disagreement(
    "received-formats",
    "A Received field that one side explains and the other does not: "
    "SpamAssassin has a list of expressions for the programs it knows, tamis "
    "reads the clauses (docs/relays.md).")
def received(difference):
    return function(difference) in (
        "check_relays_unparseable", "check_no_relays", "check_all_trusted",
        "check_for_no_rdns_dotcom_helo") or difference.name in (
            "__DOS_SINGLE_EXT_RELAY", "__HELO_NOT_RDNS",
            "__LAST_EXTERNAL_RELAY_NO_AUTH", "__LAST_UNTRUSTED_RELAY_NO_AUTH")


@disagreement(
    "uuencoded",
    "Files that are uuencoded in the text are parts of their own to tamis, "
    "and no text; SpamAssassin leaves those in the text that its own reading "
    "of such parts does not accept.")
def uuencoded(difference):
    return bool(re.search(rb"^begin [0-7]{3} ", raw(difference), re.M))


@disagreement(
    "header-alone",
    "A mail without an empty line: tamis shows the subject as its body, as "
    "mail programs do, SpamAssassin nothing; and a CR that stands alone in a "
    "field is white space to tamis.")
def header_alone(difference):
    lines = raw(difference).replace(b"\r\n", b"\n")
    return b"\n\n" not in lines or difference.name == "__CR_IN_SUBJ"


@disagreement(
    "guessed-charset",
    "8-bit text without a charset, or that its charset does not explain: "
    "tamis guesses (GBK, Big5, Shift_JIS, Windows pages), SpamAssassin takes "
    "it for windows-1252 where Encode::Detect is not installed.")
def guessed_charset(difference):
    text = raw(difference)
    if function(difference) in ("check_for_uppercase", "tvd_vertical_words"):
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return bool(re.search(rb"charset=[\"']?(?!us-ascii|utf-8|iso-8859-1\b)",
                          text, re.I))


@disagreement(
    "broken-mime",
    "Boundaries that are missing or end early, transfer encodings that do not "
    "fit, and what follows them: each reader goes on in its own way, and sees "
    "other parts, or other bytes at their ends.")
def broken_mime(difference):
    return function(difference) in (
        "check_for_mime", "check_for_mime_html", "check_msg_parse_flags",
        "check_base64_length", "html_test", "html_tag_exists", "html_range",
        "html_text_match", "check_for_ascii_text_illegal") or \
        difference.rule.get("type") in ("mimeheader", "rawbody") or \
        difference.name in ("__EMPTY_BODY", "__NONEMPTY_BODY", "__CTE") or \
        b"multipart/" in b"".join(head(difference)).lower()
