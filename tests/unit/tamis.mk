# unit tests of src/tamis
unit_tests += tests/unit/tamis/test_history \
	tests/unit/tamis/test_options tests/unit/tamis/test_term
tests_unit_tamis_test_history_SOURCES = tests/unit/tamis/test_history.c \
	$(tamis_command_sources)
tests_unit_tamis_test_options_SOURCES = tests/unit/tamis/test_options.c \
	src/tamis/options.c
tests_unit_tamis_test_term_SOURCES = tests/unit/tamis/test_term.c \
	src/tamis/term.c src/tamis/table.c
unit_tests += tests/unit/tamis/test_spamassassin
tests_unit_tamis_test_spamassassin_SOURCES = \
	tests/unit/tamis/test_spamassassin.c src/tamis/spamassassin_options.c
unit_tests += tests/unit/tamis/test_crew
tests_unit_tamis_test_crew_SOURCES = tests/unit/tamis/test_crew.c \
	src/tamis/crew.c src/tamis/progress.c
