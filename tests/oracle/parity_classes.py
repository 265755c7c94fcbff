# SPDX-License-Identifier: Apache-2.0
"""The classes of disagreements with SpamAssassin's rules.

A class is a function that takes a Difference (of parity.py) and says whether
it explains it. The order matters: the first one that does counts it.
"""
found = []


def disagreement(name, cause):
    def note(function):
        found.append((name, cause, function))
        return function
    return note


def class_of(difference):
    """The name of its class, or None."""
    return next((name for name, _, explains in found if explains(difference)),
                None)


def as_markdown():
    rows = [f"| {name} | {cause} |\n" for name, cause, _ in found]
    return "| class | cause |\n| --- | --- |\n" + "".join(rows)
