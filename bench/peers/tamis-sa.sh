# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: Apache-2.0
# The same with SpamAssassin's own rules, unchanged, where they are installed.
TAMIS_RULES=/usr/share/spamassassin
# shellcheck source=bench/peers/tamis.sh
source "$(dirname "${BASH_SOURCE[0]}")/tamis.sh"
PEER_WHAT="tamis, the rules of Debian's spamassassin package, no history, no feed"
