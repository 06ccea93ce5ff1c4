"""How often a program or a signed-in browser may write through the API: counted with the pages, in one table."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from parties.sign_in.addresses import address_of
from workflow.middleware import WriteLimitMiddleware, writes_wait


class WriteThrottle(BaseThrottle):
    """Account, organisation of the post, and address; reading is not counted. The view knows its actor by now."""

    left = 0

    def allow_request(self, request: Request, view: Any) -> bool:
        if request.method in WriteLimitMiddleware.SAFE:
            return True
        self.left = writes_wait(view.actor, address_of(request._request))
        return not self.left

    def wait(self) -> float:
        return self.left
