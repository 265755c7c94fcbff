# The daemon: supervisor, scanner, reporter and learner processes, control socket.
# main.c is listed with the program.
tamisd_sources = \
	src/tamisd/bundle.c \
	src/tamisd/bundle.h \
	src/tamisd/child.c \
	src/tamisd/child.h \
	src/tamisd/control.c \
	src/tamisd/costs.c \
	src/tamisd/costs.h \
	src/tamisd/learner.c src/tamisd/learner.h \
	src/tamisd/lessons.c src/tamisd/lessons.h \
	src/tamisd/listener.c \
	src/tamisd/listener.h \
	src/tamisd/report_record.c src/tamisd/report_record.h \
	src/tamisd/reports.c src/tamisd/reports.h \
	src/tamisd/resolver.c src/tamisd/resolver.h \
	src/tamisd/sandbox.c \
	src/tamisd/sandbox.h \
	src/tamisd/scanner.c \
	src/tamisd/scanner.h \
	src/tamisd/supervisor.c \
	src/tamisd/supervisor.h
