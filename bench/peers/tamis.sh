# shellcheck shell=bash disable=SC2034,SC2154
# SPDX-License-Identifier: Apache-2.0
# A filter for the comparison scripts that bench/README.md speaks of. They set
# RUN (our folder), SOCKET (where to listen) and source this file.
TAMIS_BUILD=${TAMIS_BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build}
TAMIS_RULES=${TAMIS_RULES:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/rules}
PEER_WHAT='tamis, its starter rules, with history, no feed'

peer_setup() {
	mkdir -p "$RUN/state"
	cat >"$RUN/tamis.conf" <<-CONF
		tamisd {
			user = "";
			state_dir = "$RUN/state";
			run_dir = "$RUN";
		}
		milter { listen = "$SOCKET"; socket_mode = 0666; }
		rule { paths = "$TAMIS_RULES"; }
	CONF
}
peer_run() { exec "$TAMIS_BUILD/tamisd" -f -c "$RUN/tamis.conf"; }
peer_reload() { "$TAMIS_BUILD/tamis" reload -c "$RUN/tamis.conf"; }
peer_worker() {
	"$TAMIS_BUILD/tamis" status --json -c "$RUN/tamis.conf" |
		jq '.scanners[0].pid'
}
