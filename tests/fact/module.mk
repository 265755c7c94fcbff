# SPDX-License-Identifier: Apache-2.0
# The resolver against real name servers and a faulty one.
check_PROGRAMS += tests/fact/resolver
EXTRA_DIST += tests/fact/faulty.py tests/fact/servers.py
dist_check_SCRIPTS += tests/fact/resolver.py tests/fact/lists.py
TESTS += tests/fact/resolver.py tests/fact/lists.py
