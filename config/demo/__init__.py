"""The demonstration city: invented firms and demands in a real map of districts, departments and laws."""
