"""A portal as ImmoScout24 is, OAuth 1.0a: the endpoints of oauthlib, everything kept in memory.

From the environment: PORT; CLIENT_ID and CLIENT_SECRET, the consumer's.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlencode

import oauthlib
from oauthlib.oauth1 import RequestValidator, WebApplicationServer
from oauthlib.oauth1.rfc5849.errors import OAuth1Error

sys.path.append(str(Path(__file__).parent.parent))
from flask_portal import ask_member, make_portal, serve  # noqa: E402

from flask import Response, jsonify, redirect, request  # noqa: E402

if sys.argv[1:] == ["--version"]:
    print(f"oauthlib {oauthlib.__version__}")
    sys.exit()

CONSUMER = os.environ["CLIENT_ID"]
SECRET = os.environ["CLIENT_SECRET"]


class Validator(RequestValidator):
    """What oauthlib asks about consumers and tokens. Realms are not used."""

    enforce_ssl = False
    nonce_length = (8, 64)
    safe_characters = RequestValidator().safe_characters | {"-", "_"}
    client_key_length = (8, 64)
    dummy_client = dummy_request_token = dummy_access_token = "nobody"

    def __init__(self):
        super().__init__()
        self.request_tokens = {}
        self.access_tokens = {}
        self.seen = set()

    def validate_client_key(self, client_key, request):
        return client_key == CONSUMER

    def get_client_secret(self, client_key, request):
        return SECRET

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, request_token=None, access_token=None):
        seen = (client_key, timestamp, nonce, request_token, access_token)
        fresh = seen not in self.seen
        self.seen.add(seen)
        return fresh

    def get_default_realms(self, client_key, request):
        return []

    def get_realms(self, token, request):
        return []

    def validate_requested_realms(self, client_key, realms, request):
        return True

    def validate_realms(self, client_key, token, request, uri=None, realms=None):
        return True

    def verify_realms(self, token, realms, request):
        return True

    def validate_redirect_uri(self, client_key, redirect_uri, request):
        return redirect_uri.startswith("http://localhost:")

    def save_request_token(self, token, request):
        self.request_tokens[token["oauth_token"]] = {
            "secret": token["oauth_token_secret"],
            "callback": request.redirect_uri,
            "verifier": None,
        }

    def verify_request_token(self, token, request):
        return token in self.request_tokens

    def validate_request_token(self, client_key, token, request):
        return token in self.request_tokens

    def get_request_token_secret(self, client_key, token, request):
        return self.request_tokens.get(token, {"secret": "none"})["secret"]

    def get_redirect_uri(self, token, request):
        return self.request_tokens[token]["callback"]

    def save_verifier(self, token, verifier, request):
        self.request_tokens[token]["verifier"] = verifier["oauth_verifier"]

    def validate_verifier(self, client_key, token, verifier, request):
        return verifier == self.request_tokens.get(token, {"verifier": None})["verifier"]

    def invalidate_request_token(self, client_key, request_token, request):
        del self.request_tokens[request_token]

    def save_access_token(self, token, request):
        self.access_tokens[token["oauth_token"]] = token["oauth_token_secret"]

    def validate_access_token(self, client_key, token, request):
        return token in self.access_tokens

    def get_access_token_secret(self, client_key, token, request):
        return self.access_tokens.get(token, "none")


validator = Validator()
provider = WebApplicationServer(validator)
app = make_portal()


def as_it_came():
    """The request as oauthlib takes it. Flask would decode the address, and what is signed is its spelling."""
    path = request.environ["REQUEST_URI"]
    return f"{request.host_url.rstrip('/')}{path}", request.method, None, dict(request.headers)


def sent(answer):
    headers, body, status = answer
    return Response(body, status, headers)


@app.post("/restapi/security/oauth/request_token")
def request_token():
    return sent(provider.create_request_token_response(*as_it_came()))


@app.route("/restapi/security/oauth/confirm_access", methods=["GET", "POST"])
def confirm_access():
    name, answer = ask_member()
    if name is None:
        return answer
    if answer:
        return sent(provider.create_authorization_response(*as_it_came(), credentials={"state": "authorized"}))
    # RFC 5849 has no word for a no; these are ImmoScout24's.
    token = request.args["oauth_token"]
    query = urlencode({"oauth_token": token, "state": "rejected"})
    return redirect(f"{validator.request_tokens.pop(token)['callback']}?{query}")


@app.post("/restapi/security/oauth/access_token")
def access_token():
    return sent(provider.create_access_token_response(*as_it_came()))


@app.route("/restapi/api/<path:_path>", methods=["GET", "POST", "PUT", "DELETE"])
def resource(_path):
    valid, _ = provider.validate_protected_resource_request(*as_it_came())
    if not valid:
        return jsonify({"messageCode": "ERROR_COMMON_ACCESS_DENIED", "message": "Not signed as it must be."}), 401
    return jsonify({"realestates.realEstates": {"Paging": {"numberOfHits": 3}}})


@app.post("/forget-tokens")
def forget_tokens():
    """As if every member had taken the permission back."""
    validator.access_tokens.clear()
    return "", 204


app.register_error_handler(OAuth1Error, lambda error: (error.urlencoded, error.status_code))
serve(app)
