# unit tests of src/learn
unit_tests += tests/unit/learn/test_calibration
unit_tests += tests/unit/learn/test_classifier
unit_tests += tests/unit/learn/test_feature
unit_tests += tests/unit/learn/test_learner
EXTRA_DIST += tests/unit/learn/sample.h
