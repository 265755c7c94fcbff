rule_sources =
