"""The duty list (职责清单): how it is read, and how it is changed."""
