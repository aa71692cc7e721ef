"""The HTTP interface: `/v1` for partners, `/desk` for operators, `/simulation` for trials."""

import asyncio
import hmac
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Annotated

from fastapi import APIRouter, Body, Depends, FastAPI, Header, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, JsonValue

from standalone_ambulance.commands import Command, Done, Refused
from standalone_ambulance.model import Case, Vehicle
from standalone_ambulance.profile import Fault
from standalone_ambulance.profile.envelope import ERRORS
from standalone_ambulance.records import Letter
from standalone_ambulance.service import Service
from standalone_ambulance.settings import Settings
from standalone_ambulance.simulation import Faults

LARGEST = 1_000_000
"""Bytes of one request: a message is a few thousand."""
STATUS = {102: 400, 200: 403, 703: 403, 300: 409}
"""The answers to a message that nobody can be told about otherwise."""
MOST = 100
"""Messages in one request."""


class Taken(BaseModel):
    """What is kept; the functional answer follows as a message."""

    taken: list[str]


class Coded(BaseModel):
    """Why nothing was taken, with the profile's code where it has one."""

    code: int | None
    title: str
    cause: str
    taken: list[str] = []


class Page(BaseModel):
    """Messages after a cursor, and the cursor to go on with."""

    messages: list[dict[str, JsonValue]]
    next: int


class WhyNot(BaseModel):
    what: str
    where: str
    fix: str


class Guard:
    """Whose token this is. A partner without a token is known by what it says: loopback only."""

    def __init__(self, settings: Settings) -> None:
        self._operator = settings.secret(settings.operator_token_file)
        tokens = {each.name: settings.secret(each.token_file) for each in settings.partner}
        self._partners = {name: token for name, token in tokens.items() if token}
        self._open = [name for name, token in tokens.items() if token is None]

    def operator(self, authorization: Annotated[str, Header()] = "") -> None:
        if self._operator is not None and not _is(authorization, self._operator):
            raise HTTPException(401, "an operator's token is needed")

    def partner(self, authorization: Annotated[str, Header()] = "") -> str | None:
        """The partner of the token; None for one of those that have none."""
        for name, token in self._partners.items():
            if _is(authorization, token):
                return name
        if not self._open or authorization:
            raise HTTPException(401, "a partner's token is needed")
        return None


def _is(authorization: str, token: str) -> bool:
    return hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())


def application(service: Service) -> FastAPI:
    """The interface of a station, pushers included."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title=f"{service.settings.name}, a standalone ambulance dispatch system",
        description="Synthetic: an example of the system at the other end of a bridge.",
        version="1",
        lifespan=lifespan,
    )
    guard = Guard(service.settings)
    app.include_router(_partners(service, guard))
    app.include_router(_operators(service, guard))
    app.include_router(_simulation(service, guard))
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    return app


async def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    body = WhyNot(what=error.what, where=error.where, fix=error.fix)
    return JSONResponse(body.model_dump(), 422)


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    """The first thing that is wrong with a request, as a refusal like any other."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = "".join(f"/{step}" for step in first["loc"])
    body = WhyNot(what=first["msg"], where=where, fix="see /docs for what it must be")
    return JSONResponse(body.model_dump(), 422)


def _partners(service: Service, guard: Guard) -> APIRouter:
    api = APIRouter(prefix="/v1", tags=["partners"])

    async def is_up() -> None:
        if service.faults.is_down(service.now()):
            raise HTTPException(503, "down, as a simulation")
        await asyncio.sleep(service.faults.slow_seconds)

    @api.post(
        "/messages",
        status_code=202,
        response_model=Taken,
        responses={code: {"model": Coded} for code in (400, 403, 409, 413, 500)},
        dependencies=[Depends(is_up)],
        openapi_extra={
            "requestBody": {
                "content": {
                    "application/json": {
                        "schema": {
                            "description": "One EDXL-DE envelope, or an array of up to 100.",
                        }
                    }
                }
            }
        },
    )
    async def give(
        request: Request, came_from: Annotated[str | None, Depends(guard.partner)]
    ) -> JSONResponse:
        """Give a message, or several in the order in which they are to be taken.

        202 means that they are on disk here. What became of each follows as a message:
        RC-REF, or RS-ERROR with a code. Taking stops at the first that is not taken;
        those before it are kept. A message that is given again is taken once.
        """
        taken, fault = _taken(service, await _body(request), came_from)
        if fault is not None:
            return _coded(fault, taken)
        if service.faults.lose_acknowledgements:
            return _answer(Coded(code=None, title="SIMULATION", cause="acknowledgement lost"), 500)
        return _answer(Taken(taken=taken), 202)

    @api.get("/messages", dependencies=[Depends(is_up)])
    async def messages(
        came_from: Annotated[str | None, Depends(guard.partner)],
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        wait: Annotated[float, Query(ge=0, le=5)] = 0,
        partner: str | None = None,
    ) -> Page:
        """The messages for a partner after a cursor, the oldest first; nothing is used up.

        With `wait`, in seconds, an empty answer comes no sooner than that. `partner` is
        needed of one that has no token.
        """
        name, ends = came_from or partner or "", monotonic() + wait
        while not (letters := service.records.letters(name, after=after, limit=limit)):
            if (left := ends - monotonic()) <= 0:
                break
            await service.change(left)
        last = letters[-1].number if letters else after
        return Page(messages=[each.body for each in letters], next=last)

    return api


async def _body(request: Request) -> bytes:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST:
            raise HTTPException(413, f"larger than {LARGEST} bytes")
    return bytes(raw)


def _taken(service: Service, raw: bytes, came_from: str | None) -> tuple[list[str], Fault | None]:
    """What is kept, and why it stopped where it did."""
    taken: list[str] = []
    try:
        given = _several(raw)
        with service.one_write():
            for each in given:
                try:
                    taken.append(service.station.receive(each, came_from, service.now()))
                except Fault as fault:
                    return taken, fault
    except Fault as fault:
        return taken, fault
    return taken, None


def _several(raw: bytes) -> Sequence[bytes]:
    if not raw.lstrip().startswith(b"["):
        return [raw]
    try:
        trees = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Fault(102, f"/ is not JSON: {error}") from None
    if len(trees) > MOST:
        raise Fault(102, f"/ has {len(trees)} messages, more than {MOST}")
    return [json.dumps(tree).encode() for tree in trees]


def _coded(fault: Fault, taken: list[str]) -> JSONResponse:
    body = Coded(code=fault.code, title=ERRORS[fault.code], cause=fault.cause, taken=taken)
    return _answer(body, STATUS[fault.code])


def _answer(body: BaseModel, status: int) -> JSONResponse:
    return JSONResponse(body.model_dump(), status)


def _operators(service: Service, guard: Guard) -> APIRouter:
    api = APIRouter(prefix="/desk", tags=["operators"], dependencies=[Depends(guard.operator)])

    @api.post("/commands", responses={422: {"model": WhyNot}})
    async def command(
        asked: Annotated[Command, Body()],
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Done:
        """Do it, once for each Idempotency-Key, or say why not."""
        with service.one_write():
            return service.station.command(asked, service.now(), idempotency_key)

    @api.get("/cases")
    async def cases(everything: bool = False) -> list[Case]:
        """The open cases, or all of them."""
        return [each for each in service.records.cases() if everything or each.closed is None]

    @api.get("/cases/{case}")
    async def case(case: str) -> Case:
        found = service.records.case(case)
        if found is None:
            raise HTTPException(404, f"there is no case {case}")
        return found

    @api.get("/vehicles")
    async def vehicles() -> list[Vehicle]:
        return [*service.records.vehicles()]

    @api.get("/letters/{partner}")
    async def letters(partner: str, after: Annotated[int, Query(ge=0)] = 0) -> list[Letter]:
        """What was written to a partner, with what became of it."""
        return [*service.records.letters(partner, after=after, limit=1000)]

    return api


def _simulation(service: Service, guard: Guard) -> APIRouter:
    api = APIRouter(
        prefix="/simulation",
        tags=["SIMULATION: no function of a dispatch system"],
        dependencies=[Depends(guard.operator)],
    )

    @api.get("/faults")
    async def faults() -> Faults:
        return service.faults

    @api.put("/faults")
    async def set_faults(wanted: Faults) -> Faults:
        """From now on this goes wrong, after a restart too; all that is not named is mended."""
        service.set_faults(wanted)
        return wanted

    @api.post("/restart", status_code=204)
    async def restart() -> None:
        """End here and now, as when the power fails, and start again: no answer comes."""
        os.execv(sys.executable, sys.orig_argv)

    return api
