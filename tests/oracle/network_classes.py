# SPDX-License-Identifier: Apache-2.0
"""The classes of disagreements about rules that ask DNS."""
import network_answers
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
    "refused-answers",
    "By some answers a list says that it does not serve who asks. tamis does "
    "not take them for listings, and has only those rules hit that test for "
    "them; SpamAssassin has all rules hit whose test they happen to pass.")
def refused(difference):
    return not difference.is_ours and any(
        value in network_answers.REFUSALS[zone].split()
        for kind, name in difference.asked
        for zone in network_answers.REFUSALS if name.endswith("." + zone)
        for value in network_answers.answer(name, kind) or ())


@disagreement(
    "sender-without-dns",
    "NO_DNS_FOR_FROM: true when the sender's domain has neither addresses nor "
    "mail servers, as it is described. SpamAssassin looks for that in the "
    "records of the answer, of which there are none, so that it never is.")
def sender_without_dns(difference):
    return function(difference) == "check_dns_sender"


def domains(difference, zone):
    return [name[:-len(zone) - 1] for _, name in difference.asked
            if name.endswith("." + zone)]


@disagreement(
    "many-hosts",
    "More hosts than uridnsbl_max_domains: SpamAssassin draws lots, tamis "
    "takes those that come first.")
def many_hosts(difference):
    return len(domains(difference, "names.list.example")) > 20


@disagreement(
    "registered-domains",
    "Where a registered domain ends: SpamAssassin has lists of its own, tamis "
    "the Public Suffix List of the machine (s3.amazonaws.com, run.app).")
def registered_domain(difference):
    def is_odd(domain):
        labels = domain.split(".")
        return len(labels) > 3 or (len(labels) == 3 and len(labels[-1]) > 2)
    return any(is_odd(domain) for zone in ("multi.surbl.org", "fresh.fmb.la")
               for domain in domains(difference, zone)) or \
        function(difference) in ("check_rbl_from_domain",
                                 "check_hashbl_emails")
