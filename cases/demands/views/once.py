"""A form that is sent twice does its work once, as everywhere (`workflow.views.once`)."""

from workflow.views.once import NOT_CONTENT, posted_once, random_key

__all__ = ["NOT_CONTENT", "posted_once", "random_key"]
