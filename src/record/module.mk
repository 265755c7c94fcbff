record_sources =
