"""The directory as pages and API: who is there, how they are reached, and for a firm its demands beside it."""
