"""The command line: make a station, serve it, and do what an operator does."""

import argparse
import json
import ssl
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import httpx
import uvicorn

from standalone_ambulance.commands import Command
from standalone_ambulance.service import Service
from standalone_ambulance.settings import Settings, Wrong, create, load, trust
from standalone_ambulance.web import application

KINDS = get_args(get_args(Command)[0])


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    try:
        return int(args.run(args))
    except Wrong as wrong:
        _say(sys.stderr, str(wrong))
    except httpx.HTTPError as error:
        _say(sys.stderr, f"No answer, so nobody knows whether it was done: {error}")
    except KeyboardInterrupt:
        return 130
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standalone-ambulance",
        description="A standalone ambulance dispatch system; everything in it is synthetic.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: object, words: str) -> argparse.ArgumentParser:
        sub = verbs.add_parser(name, help=words, description=words)
        sub.add_argument("folder", type=Path, help="where the station lives")
        sub.set_defaults(run=run)
        return sub

    init = verb("init", _init, "make a station: settings, secrets, three vehicles")
    init.add_argument("--name", default="nl.ambulance.rav15")
    init.add_argument("--port", type=int, default=8460)
    init.add_argument("--partner", default="nl.meldkamer.dh")
    init.add_argument("--push-url", help="where the partner takes messages; without, it pulls")
    verb("serve", _serve, "run the station")
    do = verb("do", _do, "do what an operator does")
    do.add_argument("command", choices=[_name(each) for each in KINDS])
    do.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="as in place.city=Delft")
    do.add_argument("--key", help="to do it once, however often it is tried")
    look = verb("look", _look, "see what an operator sees")
    look.add_argument("what", help="cases, cases/ID, vehicles, letters/PARTNER")
    fault = verb("fault", _fault, "SIMULATION: set what goes wrong; without fields nothing does")
    fault.add_argument("fields", nargs="*", metavar="FIELD=VALUE", help="as in slow_seconds=2")
    verb("restart", _restart, "SIMULATION: end as when the power fails, and start again")
    return parser


def _name(kind: type) -> str:
    return str(kind.model_fields["do"].default)  # type: ignore[attr-defined]  # each is a model


def _init(args: argparse.Namespace) -> int:
    create(args.folder, args.name, args.port, args.partner, args.push_url)
    _say(sys.stdout, f"{args.name} is in {args.folder}; its partner's secret: partner.token")
    return 0


def _serve(args: argparse.Namespace) -> int:
    settings = load(args.folder)
    uvicorn.run(application(Service(settings)), **server_options(settings))
    return 0


def server_options(settings: Settings) -> dict[str, Any]:
    """How the server listens; with `client_ca` nobody without a certificate of it is heard."""
    listen, folder = settings.listen, settings.folder
    options: dict[str, Any] = {
        "host": listen.host,
        "port": listen.port,
        "log_level": "warning",
        "timeout_graceful_shutdown": 3,
    }
    if listen.certificate is not None:
        options["ssl_certfile"] = folder / listen.certificate
        options["ssl_keyfile"] = folder / listen.key if listen.key else None
    if listen.client_ca is not None:
        options["ssl_ca_certs"] = str(folder / listen.client_ca)
        options["ssl_cert_reqs"] = ssl.CERT_REQUIRED
    return options


def _do(args: argparse.Namespace) -> int:
    body = {"do": args.command, **_fields(args.fields)}
    key = {"Idempotency-Key": args.key or str(uuid.uuid4())}
    return _ask(args.folder, "POST", "/desk/commands", body, key)


def _look(args: argparse.Namespace) -> int:
    return _ask(args.folder, "GET", f"/desk/{args.what}")


def _fault(args: argparse.Namespace) -> int:
    return _ask(args.folder, "PUT", "/simulation/faults", _fields(args.fields))


def _restart(args: argparse.Namespace) -> int:
    try:
        return _ask(args.folder, "POST", "/simulation/restart")
    except httpx.RemoteProtocolError:
        return 0  # ended before it could answer, as asked


def _fields(texts: Sequence[str]) -> dict[str, Any]:
    """`place.city=Delft` as a tree; a value that reads as JSON is what it reads as."""
    tree: dict[str, Any] = {}
    for text in texts:
        path, _, value = text.partition("=")
        *above, last = path.split(".")
        here = tree
        for step in above:
            here = here.setdefault(step, {})
        try:
            here[last] = json.loads(value)
        except ValueError:
            here[last] = value
    return tree


def _ask(
    folder: Path, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> int:
    settings = load(folder)
    token = settings.secret(settings.operator_token_file)
    sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    with httpx.Client(
        base_url=_address(settings), trust_env=False, verify=_trust(settings)
    ) as http:
        answer = http.request(method, path, json=body, headers=sent)
    if answer.content:
        _say(sys.stdout if answer.is_success else sys.stderr, json.dumps(answer.json(), indent=1))
    return 0 if answer.is_success else 1


def _address(settings: Settings) -> str:
    scheme = "https" if settings.listen.certificate else "http"
    return f"{scheme}://{settings.listen.host}:{settings.listen.port}"


def _trust(settings: Settings) -> Any:
    """The station's own certificate is what its own command line believes."""
    listen, folder = settings.listen, settings.folder
    if listen.certificate is None:
        return False
    own = folder / listen.certificate
    return trust(
        own, own if listen.client_ca else None, folder / listen.key if listen.key else None
    )


def _say(where: Any, text: str) -> None:
    where.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main())
