"""Where it was said: links, symposia, direct reports, liaison officers, cadence; and the catalogue."""
