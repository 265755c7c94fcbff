# SPDX-License-Identifier: Apache-2.0
# The HTTP client: the only user of libcurl.
web_sources = src/web/mail.c src/web/private.h src/web/web.c src/web/web.h
