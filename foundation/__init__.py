"""What any system needs and knows no domain: errors, identifiers, versioned policies, idempotency, jobs with progress."""
