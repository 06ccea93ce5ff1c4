"""Every write of meetings: one named function a move, one subject a file."""

__all__: list[str] = []
