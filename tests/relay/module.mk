# SPDX-License-Identifier: Apache-2.0
# Relays beside SpamAssassin's, where it is installed.
dist_check_SCRIPTS += tests/relay/compare.sh
TESTS += tests/relay/compare.sh
EXTRA_DIST += tests/relay/relays.pl tests/relay/relays.cf tests/relay/differ.py
