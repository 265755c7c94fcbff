#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench spf`: CPU time of one SPF check whose answers are known.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
make -s -C "$top/build" bench/spf
exec "$top/build/bench/spf"
