# Ways in: bytes -> scan -> plan -> bytes.
ingress_sources = \
	src/ingress/akismet.c src/ingress/akismet.h \
	src/ingress/arf.c src/ingress/arf.h \
	src/ingress/background.c src/ingress/background.h \
	src/ingress/correction.c src/ingress/correction.h \
	src/ingress/json_member.h \
	src/ingress/counters.c \
	src/ingress/counters.def \
	src/ingress/counters.h \
	src/ingress/form.c src/ingress/form.h \
	src/ingress/hit_table.c src/ingress/hit_table.h \
	src/ingress/http.c src/ingress/http.h \
	src/ingress/http_akismet.c \
	src/ingress/http_changes.c \
	src/ingress/http_check.c \
	src/ingress/http_feedback.c \
	src/ingress/http_cursor.c src/ingress/http_cursor.h \
	src/ingress/http_review.c \
	src/ingress/http_route.c src/ingress/http_route.h \
	src/ingress/http_state.c \
	src/ingress/http_token.c src/ingress/http_token.h \
	src/ingress/ingress.c \
	src/ingress/ingress.h \
	src/ingress/metrics.c \
	src/ingress/intake.c src/ingress/intake.h \
	src/ingress/milter.c \
	src/ingress/milter.h \
	src/ingress/post.c \
	src/ingress/post.h \
	src/ingress/pump.c \
	src/ingress/pump.h \
	src/ingress/recheck.c src/ingress/recheck.h \
	src/ingress/rejudge.c src/ingress/rejudge.h \
	src/ingress/review.c src/ingress/review.h \
	src/ingress/review_item.c src/ingress/review_item.h \
	src/ingress/session.c \
	src/ingress/session.h \
	src/ingress/session_report.c src/ingress/session_report.h \
	src/ingress/spamd.c src/ingress/spamd.h \
	src/ingress/spamd_answer.c src/ingress/spamd_answer.h \
	src/ingress/spamd_connection.c src/ingress/spamd_connection.h \
	src/ingress/spamd_inflate.c src/ingress/spamd_inflate.h \
	src/ingress/spamd_request.c src/ingress/spamd_request.h \
	src/ingress/spamd_session.c src/ingress/spamd_session.h \
	src/ingress/zone_table.c src/ingress/zone_table.h
