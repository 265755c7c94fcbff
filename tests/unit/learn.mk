# unit tests of src/learn
unit_tests += tests/unit/learn/test_calibration
unit_tests += tests/unit/learn/test_campaign
unit_tests += tests/unit/learn/test_classifier
unit_tests += tests/unit/learn/test_feature
unit_tests += tests/unit/learn/test_feedback
unit_tests += tests/unit/learn/test_learner
unit_tests += tests/unit/learn/test_ledger
unit_tests += tests/unit/learn/test_recognition
unit_tests += tests/unit/learn/test_reputation
unit_tests += tests/unit/learn/test_signals
unit_tests += tests/unit/learn/test_trace
EXTRA_DIST += tests/unit/learn/signals.h
EXTRA_DIST += tests/unit/learn/sample.h
