"""A provider of OpenID Connect on this machine: discovery, keys, the code flow, and ways to go wrong."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "dialogue", "known to both"


class StandIn:
    """Whoever comes to it is `person`. `lie` changes the claims of the token, `key` and `header` how it is signed."""

    def __init__(self) -> None:
        self.keys = {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("its", "other")}
        self.issuer, self.asked = "", dict[str, dict[str, str]]()
        self.forget()

    def forget(self) -> None:
        self.person, self.lie, self.key = {"sub": "person-1", "preferred_username": ""}, dict[str, Any](), "its"
        self.algorithm, self.tokens = "RS256", list[dict[str, str]]()

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/nobody-asks",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def jwks(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys["its"].public_key()))
        return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent back to, with a code for what it asked."""
        code = secrets.token_urlsafe(8)
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, given: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """The id_token for a code, to the client with its secret and the verifier of the challenge; else None."""
        asked = self.asked.pop(given.get("code", ""), None)
        known = base64.b64decode(authorization.removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        proven = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or not known or asked["code_challenge"] != proven:
            return None
        self.tokens.append(asked)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        signing: Any = {**self.keys, "shared": SECRET * 4, "none": None}[self.key]
        signed = jwt.encode(claims | self.person | self.lie, signing, algorithm=self.algorithm, headers={"kid": "1"})
        return {"access_token": "opens nothing", "token_type": "Bearer", "id_token": signed}


def handler_of(provider: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize({k: v[0] for k, v in parse_qs(address.query).items()}))
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif address.path == "/keys":
                self.say(provider.jwks())
            else:
                self.say(provider.discovery())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(body).items()}
            answer = provider.token(given, self.headers.get("Authorization", ""))
            self.say(answer or {"error": "invalid_grant"}, 200 if answer else 400)

        def say(self, what: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """The output belongs to the tests."""

    return Handler


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """The provider answers on an address of this machine until the end."""
    provider = StandIn()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler_of(provider)) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
