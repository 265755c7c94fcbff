# unit tests of src/tamisd
unit_tests += tests/unit/tamisd/test_bundle
unit_tests += tests/unit/tamisd/test_child
unit_tests += tests/unit/tamisd/test_listener
