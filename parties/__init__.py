"""Who: districts, organisations, party organisations, people, and who may act for whom today."""
