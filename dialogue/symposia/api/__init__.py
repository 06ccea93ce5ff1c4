"""Meetings over the API: the same querysets, the same forms and the same moves as the pages."""
