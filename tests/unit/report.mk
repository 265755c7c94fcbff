# unit tests of src/report
unit_tests += \
	tests/unit/report/test_discovery \
	tests/unit/report/test_http \
	tests/unit/report/test_keep \
	tests/unit/report/test_run \
	tests/unit/report/test_sign \
	tests/unit/report/test_spool \
	tests/unit/report/test_syslog \
	tests/unit/report/test_tally \
	tests/unit/report/test_work
EXTRA_DIST += \
	tests/unit/report/collector.h \
	tests/unit/report/folder.h \
	tests/unit/report/samples.h \
	tests/unit/report/server.h
