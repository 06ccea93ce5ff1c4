"""How well it went: ratings, indicators, assessment schemes, yearly reviews, reports."""
