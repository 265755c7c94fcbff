# Mail and posts: from bytes to struct message and its views.
message_sources = \
	src/message/charset.c src/message/charset.h \
	src/message/domain.c \
	src/message/entity.c \
	src/message/find.c \
	src/message/header.c src/message/header.h \
	src/message/html.c src/message/html.h \
	src/message/message.c src/message/message.h \
	src/message/mime.c src/message/mime.h \
	src/message/param.c \
	src/message/reader.h \
	src/message/transfer.c src/message/transfer.h \
	src/message/url.c src/message/url.h \
	src/message/url_split.c \
	src/message/view.c src/message/view.h
