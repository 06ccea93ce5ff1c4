"""How well it went: ratings, indicators, assessment schemes, yearly reviews, reports. Its rooms are opened by their issues."""
