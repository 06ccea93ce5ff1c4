"""Evidence packs: one ZIP with everything of one subject, which shows by itself that no byte of it was changed."""
