"""Taking out a list as a file: asked for on a page or by a program, made by the background worker."""
