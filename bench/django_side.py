"""What both Django contenders need: a signed-in session, and the statements of one operation."""

import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

# Who is here: not counted (budgets, first paragraph).
FRAME = re.compile(
    r'^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SELECT 1$)|"django_session"'
    r'|FROM "(parties|auth)_user" WHERE "\w+"."id" = |FROM "parties_membership".*"user_id" = \S+ .*ORDER BY',
    re.IGNORECASE | re.DOTALL,
)


def session_of(user: Any, **more: Any) -> str:
    """The key of a new session in which this person has signed in."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.update(more)
    store.create()
    return str(store.session_key)


def with_statements(operation: Callable[[], Any]) -> dict[str, Any]:
    """The statements of one operation besides those of the frame, the size of its answer and its status."""
    seen: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        status, _headers, body = operation()
    counted = [sql for sql in seen if not FRAME.search(sql)]
    return {"count": len(counted), "bytes": len(body), "status": status, "sql": [sql[:4000] for sql in counted]}
