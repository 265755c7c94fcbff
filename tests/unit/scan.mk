# unit tests of src/scan
unit_tests += tests/unit/scan/test_campaigns
unit_tests += tests/unit/scan/test_learned
unit_tests += tests/unit/scan/test_scan
unit_tests += tests/unit/scan/test_template
unit_tests += tests/unit/scan/test_unmark
