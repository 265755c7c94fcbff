# SPDX-License-Identifier: Apache-2.0
"""The classes of disagreements about rules that ask DNS."""
from testing import Classes

classes = Classes()
disagreement = classes.disagreement
class_of, as_markdown = classes.class_of, classes.as_markdown


def function(difference):
    return difference.rule.get("function", "")


@disagreement(
    "addresses-of-name-servers",
    "`tflags ns` is about the addresses of name servers, `tflags a` about "
    "those of the hosts themselves: so SpamAssassin's documentation has it, "
    "and tamis does it. SpamAssassin 4.0.1 asks for the addresses of name "
    "servers on behalf of the rules with `a`, and those with `ns` are never "
    "true (URIBL_SBL).")
def name_servers(difference):
    by_address = ("URIBL_SBL", "URIBL_SBL_A", "URIBL_CSS", "URIBL_CSS_A",
                  "URIBL_ZEN_BLOCKED", "URIBL_ZEN_BLOCKED_OPENDNS",
                  "NET_URI_A", "NET_URI_NS", "NET_URI_SUB")
    return difference.name in by_address


@disagreement(
    "addresses-of-the-first-rule",
    "SpamAssassin looks for the mail addresses of a text once, with the "
    "options of the rule that comes first (`noquote`, `nouri`); tamis with "
    "those of each rule.")
def first_rule(difference):
    return function(difference) == "check_hashbl_emails" and \
        difference.name == "NET_HASH_MD5"
