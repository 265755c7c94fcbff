# unit tests of src/prefs
unit_tests += tests/unit/prefs/test_prefs
