"""Pages of signing in beyond the sign-in page itself."""
