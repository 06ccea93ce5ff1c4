"""How a document looks, by which number it is known, and how anybody can see that a copy of it is genuine."""
