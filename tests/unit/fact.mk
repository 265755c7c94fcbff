# unit tests of src/fact
unit_tests += tests/unit/fact/test_contract
unit_tests += tests/unit/fact/test_answer tests/unit/fact/test_lookup
unit_tests += tests/unit/fact/test_rdns tests/unit/fact/test_spf
EXTRA_DIST += tests/unit/fact/mmdb.h
if HAVE_MAXMINDDB
unit_tests += tests/unit/fact/test_geo
else
EXTRA_DIST += tests/unit/fact/test_geo.c
endif
unit_tests += tests/unit/fact/test_dns_cache \
	tests/unit/fact/test_dns_message
unit_tests += tests/unit/fact/test_dkim
unit_tests += tests/unit/fact/test_dmarc
unit_tests += tests/unit/fact/test_results
unit_tests += tests/unit/fact/test_signed_mail
EXTRA_DIST += tests/unit/fact/signer.h
