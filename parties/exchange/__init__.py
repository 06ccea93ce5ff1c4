"""Import and export of the directory by spreadsheet: one engine, and what each kind of table says of itself."""
