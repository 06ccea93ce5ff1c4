"""What documents say: frozen values, gathered by a query of their system, without a word of how they look."""
