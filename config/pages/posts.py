"""Choosing for which post one acts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.errors import NotYours
from workflow.middleware import POST_KEY


@require_POST
def switch_post(request: HttpRequest) -> HttpResponse:
    """From now on the person acts in another of their own posts, until they choose again or sign out."""
    wanted = request.POST.get("post", "")
    post = next((post for post in request.actor.posts if str(post.public_id) == wanted), None)
    if post is None:
        raise NotYours(_("这不是您现在的岗位"))
    request.session[POST_KEY] = post.membership_id
    messages.success(
        request,
        _("现在以%(role)s的岗位办理：%(organisation)s")
        % {"role": post.role.label, "organisation": post.organisation_name},
    )
    return redirect("home")
