"""Rules of dispatch: what they say, who changes them, what they would have done, and how often they are right."""
