# unit tests of src/ingress
unit_tests += tests/unit/ingress/test_akismet
unit_tests += tests/unit/ingress/test_arf tests/unit/ingress/test_arf_wild
unit_tests += tests/unit/ingress/test_counters
unit_tests += tests/unit/ingress/test_hit_table
unit_tests += tests/unit/ingress/test_http_route
unit_tests += tests/unit/ingress/test_http_token
unit_tests += tests/unit/ingress/test_milter
unit_tests += tests/unit/ingress/test_post
unit_tests += tests/unit/ingress/test_review
unit_tests += tests/unit/ingress/test_session
unit_tests += tests/unit/ingress/test_spamd_request
unit_tests += tests/unit/ingress/test_spamd_session
unit_tests += tests/unit/ingress/test_zone_table
unit_tests += tests/unit/ingress/test_recheck
tests_unit_ingress_test_recheck_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=match_begin -Wl,--wrap=match_candidates
