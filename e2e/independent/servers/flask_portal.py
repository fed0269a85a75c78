"""What the portals in Python have in common: a Flask app with a login and a consent page, and a log of its requests."""

import json
import os
import secrets
from pathlib import Path

from flask import Flask, redirect, request, session
from werkzeug.serving import WSGIRequestHandler

PAGES = Path(__file__).parent / "pages"
LOGIN = (PAGES / "login.html").read_text()
CONSENT = (PAGES / "consent.html").read_text()


def make_portal():
    """An app without addresses of its own, but for the one that tells that it is ready."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(32)
    app.config["SESSION_COOKIE_NAME"] = "portal_session"
    app.after_request(log)
    app.add_url_rule("/", view_func=lambda: "ready\n")
    return app


def log(response):
    """One line of JSON for each request, without secrets."""
    line = {"method": request.method, "path": request.path, "status": response.status_code}
    print(json.dumps({**line, "grant": request.form.get("grant_type")}), flush=True)
    return response


def ask_member():
    """The member's name and whether they say yes; or no name, and the page that asks. Every name is let in."""
    if "name" in request.form:
        session["name"] = request.form["name"]
        return None, redirect(request.full_path)
    if "name" not in session:
        return None, LOGIN
    if "answer" not in request.form:
        return None, CONSENT
    return session["name"], request.form["answer"] == "yes"


class Quiet(WSGIRequestHandler):
    """Leaves the log to the app: addresses hold codes."""

    def log_request(self, *_):
        pass


def serve(app):
    """Until the process is ended."""
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]), threaded=True, request_handler=Quiet)
