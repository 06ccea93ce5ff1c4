"""Evidence packs: one ZIP that carries everything of one subject, and shows by itself that no byte of it was changed."""
