#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `./dev bench list`: look-ups in lists of 1,000 to 1,000,000 entries.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
make -s -C "$top/build" bench/list
exec "$top/build/bench/list"
