"""How anything moves: actors, rules, the one door, the ledger, clocks, proposals, and the points other apps fill in."""
