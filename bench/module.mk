# SPDX-License-Identifier: Apache-2.0
# Programs that measure; built on request: make bench/PROGRAM.
