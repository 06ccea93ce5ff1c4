"""Files that people send: what they may be, where they lie, and under which headers they leave again."""
