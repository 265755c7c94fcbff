scan_sources =
