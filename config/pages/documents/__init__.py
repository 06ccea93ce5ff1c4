"""The pages of documents: list, viewer, samples, and the public page on which anybody checks one."""
