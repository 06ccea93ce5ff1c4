"""Tables that come from spreadsheet programs and go to them."""
