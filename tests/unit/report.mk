# unit tests of src/report
unit_tests += tests/unit/report/test_spool
EXTRA_DIST += tests/unit/report/folder.h
