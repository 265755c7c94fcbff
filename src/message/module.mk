# Mail and posts: from bytes to struct message and its views.
message_sources = \
	src/message/address.c src/message/address.h \
	src/message/charset.c src/message/charset.h \
	src/message/css_color.c src/message/css_color.def \
	src/message/css_color.h \
	src/message/css_property.def \
	src/message/css_sheet.c src/message/css_sheet.h \
	src/message/css_style.c src/message/css_style.h \
	src/message/css_text.c src/message/css_text.h \
	src/message/charset_labels.c src/message/charset_multi.c \
	src/message/charset_set.h src/message/charset_table.c \
	src/message/date.c src/message/date.h \
	src/message/defang.c \
	src/message/domain.c \
	src/message/envelope.h \
	src/message/entity.c src/message/entity.def src/message/entity.h \
	src/message/entity_slots.def \
	src/message/find.c src/message/find.h \
	src/message/fold.c src/message/fold.h \
	src/message/fold_table.c src/message/fold_table.def \
	src/message/fold_table.h \
	src/message/fold_word.c src/message/fold_word.h \
	src/message/header.c src/message/header.h \
	src/message/header_index.c src/message/header_index.h \
	src/message/host.c \
	src/message/html.c src/message/html.h \
	src/message/html_attr.def \
	src/message/html_element.def \
	src/message/html_link.c src/message/html_link.h \
	src/message/html_look.c src/message/html_look.h \
	src/message/html_name.c src/message/html_name.h \
	src/message/html_name_slots.def \
	src/message/html_stack.c src/message/html_stack.h \
	src/message/html_token.c src/message/html_token.h \
	src/message/inline.c src/message/inline.h \
	src/message/message.c src/message/message.h \
	src/message/mime.c src/message/mime.h \
	src/message/netpart.c \
	src/message/netpart.h \
	src/message/network.c src/message/network.h \
	src/message/param.c \
	src/message/reader.h \
	src/message/part_header.c \
	src/message/part_header.h \
	src/message/received.c src/message/received.h \
	src/message/redirect.c \
	src/message/relay.c src/message/relay.h \
	src/message/relay_text.c \
	src/message/relays.c \
	src/message/selector.c src/message/selector.h \
	src/message/transfer.c src/message/transfer.h \
	src/message/uri.c src/message/uri.h \
	src/message/uri_canon.c src/message/uri_find.c \
	src/message/uri_html.c \
	src/message/sender.c src/message/sender.h \
	src/message/url.c src/message/url.h \
	src/message/url_char.c \
	src/message/url_split.c \
	src/message/url_write.c \
	src/message/view.c src/message/view.h
