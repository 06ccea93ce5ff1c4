"""Signing in at another provider by OpenID Connect: code flow with PKCE, state and nonce.

allauth does not send a nonce, and trusts an id_token without its signature when it came straight from the provider;
here both are checked, because between the two servers may lie a proxy that ends TLS.
"""

import hashlib
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

PROVIDER = "oidc"  # the one provider of an installation, as rows name it
# Signatures by a key that only the provider has; never “none”, never a secret both sides know.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60  # seconds by which the two clocks may differ
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]


def nonce_of(verifier: str) -> str:
    """The nonce that belongs to a PKCE verifier. The verifier stays in the session; the nonce does not give it away."""
    return hashlib.sha256(b"nonce " + verifier.encode()).hexdigest()


class HouseOIDCAdapter(OpenIDConnectOAuth2Adapter):
    """One attempt to sign in: it knows the verifier of its request, and so the nonce it must find in the answer."""

    verifier = ""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(request.build_absolute_uri(reverse("oidc_callback")))

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str) -> Any:
        self.verifier = pkce_code_verifier
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **answer: Any) -> SocialLogin:
        claims = self.believed(str(answer["response"].get("id_token", "")), app)
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})

    def believed(self, id_token: str, app: SocialApp) -> dict[str, Any]:
        """The claims of a token that this provider signed for us, for this very attempt. Raises OAuth2Error."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self.key_for(jwt.get_unverified_header(id_token)),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=settings.OIDC["issuer"],
                leeway=LEEWAY,
                options={"require": REQUIRED},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error(f"id_token refused: {type(error).__name__}") from error
        if not self.verifier or claims["nonce"] != nonce_of(self.verifier):
            raise OAuth2Error("id_token refused: it answers another request")
        if isinstance(claims["aud"], list) and claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("id_token refused: it was made for another client")
        return claims

    def key_for(self, header: dict[str, Any]) -> jwt.PyJWK:
        """The provider's key that the token names. Raises OAuth2Error."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        for key in keys:
            if key.public_key_use in (None, "sig") and header.get("kid", key.key_id) == key.key_id:
                return key
        raise OAuth2Error("id_token refused: unknown key")


class HouseOIDCProvider(OpenIDConnectProvider):
    """PKCE always, and nothing of the request taken over from whoever wrote the address."""

    oauth2_adapter_class = HouseOIDCAdapter
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}

    def get_scope(self) -> list[str]:
        return ["openid", "profile"]

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Issuer and subject together: the subject alone would mean somebody else at another issuer."""
        claims = data["id_token"]
        return hashlib.sha256(f"{claims['iss']} {claims['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Of what the provider tells about the person, no more than names the identity again."""
        wanted = {"sub", "preferred_username", settings.OIDC["account_claim"]}
        return {name: value for name, value in data["id_token"].items() if name in wanted}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nobody signs up, so nothing is filled in for them."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []
