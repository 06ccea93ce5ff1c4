"""What any system needs: errors, identifiers, versioned policies, idempotency, jobs with progress."""
