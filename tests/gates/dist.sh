#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every file of the repository is in the tarball, so that a test or a page
# that is not listed in its module.mk is noticed before a release.
# shellcheck source-path=SCRIPTDIR/../.. source=tests/gates/tap.sh
. "${top_srcdir:?}/tests/gates/tap.sh"

git -C "$top_srcdir" rev-parse --git-dir >/dev/null 2>&1 ||
	skip_all "not in a repository"
list=$(mktemp) || exit 1
trap 'rm -f "$list"' EXIT

# What automake distributes: files, and folders with all that is in them.
# shellcheck disable=SC2016
printf 'list-dist:\n\t@printf "%%s\\n" $(DISTFILES)\n' |
	MAKEFLAGS='' make -s -C "${top_builddir:?}" -f Makefile -f - list-dist \
		>"$list"
result "every file of the repository is in the tarball" "$(
	git -C "$top_srcdir" ls-files |
		grep -vE '^\.(gitignore|gitattributes|mailmap|github/.*)$' |
		awk -v dist="$list" -v top="$top_srcdir/" '
		BEGIN {
			while ((getline path < dist) > 0) {
				if (index(path, top) == 1)
					path = substr(path, length(top) + 1)
				in_dist[path] = 1
			}
		}
		{
			path = $0
			while (!(path in in_dist) && sub(/\/[^\/]*$/, "", path))
				;
			if (!(path in in_dist))
				print $0
		}')"
finish
