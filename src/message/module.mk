message_sources =
