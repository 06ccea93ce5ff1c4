"""企业需求接诉即办: a demand from the firm's phone to the result the firm confirms."""
