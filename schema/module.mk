# SPDX-License-Identifier: Apache-2.0
# The form of the feed, for others who send or collect it.
schemadir = $(pkgdatadir)/schema
dist_schema_DATA = schema/batch.schema.json
