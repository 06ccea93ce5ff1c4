"""The demonstration in the size of the city: 800 firms, 69 departments, every role, fourteen months of demands."""
