target_sources(attune_bot PRIVATE)
