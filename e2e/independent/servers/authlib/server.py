"""A portal as Spark is, or a company's login: an OpenID Connect provider made with Authlib in Flask, everything kept in memory.

From the environment: PORT; CLIENT_ID and CLIENT_SECRET; CALLBACK, the client's one callback address.
"""

import os
import sys
import time
from pathlib import Path

import authlib
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.jose import JsonWebKey
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo

sys.path.append(str(Path(__file__).parent.parent))
from flask_portal import ask_member, make_portal, serve  # noqa: E402

from flask import jsonify  # noqa: E402

if sys.argv[1:] == ["--version"]:
    print(f"Authlib {authlib.__version__}")
    sys.exit()

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it runs on this machine only
ISSUER = f"http://127.0.0.1:{os.environ['PORT']}"
KEY = JsonWebKey.generate_key("RSA", 2048, {"kid": "k1", "use": "sig"}, is_private=True)

app = make_portal()
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
codes = {}
tokens = []


class Client(ClientMixin):
    """Portico, the one client there is."""

    def get_client_id(self):
        return os.environ["CLIENT_ID"]

    def get_default_redirect_uri(self):
        return os.environ["CALLBACK"]

    def get_allowed_scope(self, scope):
        return " ".join(each for each in scope.split() if each in ("openid", "profile", "email"))

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == os.environ["CALLBACK"]

    def check_client_secret(self, client_secret):
        return client_secret == os.environ["CLIENT_SECRET"]

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_post"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):
    def __init__(self, user, request):
        self.user = user
        self.redirect_uri = request.redirect_uri
        self.scope = request.scope
        self.nonce = request.data.get("nonce")
        self.auth_time = int(time.time())
        self.code_challenge = request.data.get("code_challenge")
        self.code_challenge_method = request.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time


class Token(TokenMixin):
    """An access token with its refresh token; each can be over alone."""

    def __init__(self, issued, user):
        self.access_token = issued["access_token"]
        self.refresh_token = issued["refresh_token"]
        self.scope = issued["scope"]
        self.expires_in = issued["expires_in"]
        self.user = user
        self.issued_at = time.time()
        self.refreshed = False
        self.revoked = False

    def check_client(self, client):
        return True

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return time.time() >= self.issued_at + self.expires_in

    def is_revoked(self):
        return self.revoked


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]

    def save_authorization_code(self, code, request):
        codes[code] = Code(request.user, request)

    def query_authorization_code(self, code, client):
        self.asked = code
        return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del codes[self.asked]

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        token = find(refresh_token, "refresh_token")
        return None if token is None or token.refreshed or token.revoked else token

    def authenticate_user(self, credential):
        return credential.user

    def revoke_old_credential(self, credential):
        credential.refreshed = True


class OpenId(OpenIDCode):
    def exists_nonce(self, nonce, request):
        return any(code.nonce == nonce for code in codes.values())

    def get_jwt_config(self, grant):
        return {"key": KEY, "alg": "RS256", "iss": ISSUER, "exp": 3600}

    def generate_user_info(self, user, scope):
        return UserInfo(sub=f"member-{user}", name=user)


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_post"]

    def query_token(self, token_string, token_type_hint):
        return find(token_string, "access_token") or find(token_string, "refresh_token")

    def revoke_token(self, token, request):
        token.revoked = True


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return find(token_string, "access_token")


def find(text, kind):
    return next((token for token in tokens if getattr(token, kind) == text), None)


def save_token(issued, request):
    """The tokens of a person whose name begins with "Brief" end soon."""
    if request.user.startswith("Brief"):
        issued["expires_in"] = 16
    tokens.append(Token(issued, request.user))


server = AuthorizationServer(app, query_client=lambda id: Client() if id == os.environ["CLIENT_ID"] else None, save_token=save_token)
server.register_grant(CodeGrant, [OpenId(require_nonce=True), CodeChallenge(required=False)])
server.register_grant(RefreshGrant)
server.register_endpoint(Revocation)
protected = ResourceProtector()
protected.register_token_validator(Validator())


@app.get("/.well-known/openid-configuration")
def metadata():
    return jsonify(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        revocation_endpoint=f"{ISSUER}/revoke",
        userinfo_endpoint=f"{ISSUER}/userinfo",
        jwks_uri=f"{ISSUER}/jwks",
        token_endpoint_auth_methods_supported=["client_secret_post"],
        id_token_signing_alg_values_supported=["RS256"],
    )


@app.get("/jwks")
def jwks():
    return jsonify(keys=[KEY.as_dict()])


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    name, answer = ask_member()
    if name is None:
        return answer
    return server.create_authorization_response(grant_user=name if answer else None)


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.get("/userinfo")
@protected("openid")
def userinfo():
    return jsonify(sub=f"member-{current_token.user}", name=current_token.user)


@app.get("/v1/my/account")
@protected()
def account():
    result = {"Id": f"account-{current_token.user}", "Name": current_token.user}
    return jsonify(D={"Success": True, "Results": [result]})


serve(app)
