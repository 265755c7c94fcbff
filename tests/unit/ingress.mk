# unit tests of src/ingress
unit_tests += tests/unit/ingress/test_counters
unit_tests += tests/unit/ingress/test_milter
unit_tests += tests/unit/ingress/test_post
unit_tests += tests/unit/ingress/test_session
