"""What does the OpenAPI document say? It is true of the bodies that are read as bytes, too."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from custody.access import can
from custody.api import answers, auth, bodies
from custody.api.document import keeping, page
from custody.api.document.described import describe
from custody.api.document.examples import show_examples
from custody.api.document.fields import describe_fields, describe_wanted
from custody.api.document.own_words import describe_told
from custody.api.document.problems import list_problems
from custody.api.slices import MOVEMENTS_MAX
from custody.events import (
    OrganisationRegistered,
    RouteRegistered,
    SiteRegistered,
    TerminalRegistered,
    movement_adapter,
)

NAMES = {
    "checkpoint": "read_checkpoint",
    "consistency": "prove_consistency",
    "inclusion": "prove_inclusion",
    "metrics": "read_metrics",
    "policy": "read_log_policy",
    "refer": "refer_depositor",
    "tile": "read_tile",
    "vkeys": "read_log_keys",
}
"""Operations that are called otherwise than the functions that answer."""

REF = "#/components/schemas/{model}"
NAMED_IN_PATH = {
    OrganisationRegistered: ("uscc",),
    SiteRegistered: ("site",),
    TerminalRegistered: ("terminal",),
    RouteRegistered: ("from_kind", "to_kind"),
}
DESCRIPTION = """\
What became of every retired e-bike battery, and who answers for it now.
电动自行车退役电池的全程记录：每块电池去了哪里，现由谁负责。

**To try it out here**, press *Authorize*, paste a key (`ck_…`), and then press *Try it out* at any
operation. The key that opened this page is asked for again: it is kept for nothing else.
**在此试用**：点击 *Authorize* 并粘贴密钥（`ck_…`），再在任一接口点击 *Try it out*。
打开本页所用的密钥不作他用，故须再输一次。

**Who asks.** Every path but `/`, which leads to the page of documentation, `/healthz`, `/readyz`,
`/epcis/context.jsonld`, the file of an export and those of `/log` needs to know who asks: by a key
(`Authorization: Bearer ck_…`), a token of the identity provider, or a terminal's signature of the
request. The page of documentation, `/openapi.json` and `/asyncapi.json`, which describes the stream
of facts, also take the key as the password of HTTP Basic, so that a browser can show them.
除上述公开路径外，请求均须表明身份：密钥、身份提供方的令牌，或终端对请求的签名。

**What answers have in common.** Every answer carries `Custody-Position`, the position of the ledger
it reflects, and `X-Request-Id`. A list goes on with `?cursor=` and the `next` of its page, and so
does its `Link`; the facts go on with `?after=`. Errors are RFC 9457 problems, in English or, by
`Accept-Language: zh`, in Chinese; `code` stays. Examples are one story that was told to a service:
its proofs hold, and its secrets are none. What can be read by GET has a HEAD.
答复头 `Custody-Position` 为所反映的账本位置；列表用 `next` 与 `?cursor=` 翻页，事实用 `?after=`；
错误按 RFC 9457 给出，`Accept-Language: zh` 时为中文，`code` 不变。
可用 GET 读取的均可用 HEAD。示例取自同一个故事：其中的证明有效，密钥无效。
"""


def document(app: FastAPI) -> dict[str, Any]:
    """Write the document: FastAPI's, and the schemas of the bodies that are read as bytes."""
    if app.openapi_schema is None:
        for route in app.routes:
            if isinstance(route, APIRoute):
                # What a generated client calls it: ours are named once, and for good.
                route.operation_id = NAMES.get(route.name, route.name)
        written = get_openapi(
            title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes
        )
        schemas = written.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(_schemas())
        describe_told(schemas)
        describe_wanted(written)
        list_problems(written)
        describe(written)
        show_examples(written)
        app.openapi_schema = written
    return app.openapi_schema


def movements_body() -> dict[str, Any]:
    """Declare what one may post: a movement, an array of them, or a line each."""
    one = {"$ref": REF.format(model="Movement")}
    many = {"type": "array", "items": {}, "maxItems": MOVEMENTS_MAX}
    lines = f"A movement a line, up to {MOVEMENTS_MAX}. 每行一条，至多 {MOVEMENTS_MAX} 条。"
    header = {"in": "header", "required": False}
    return {
        "requestBody": {
            "required": True,
            "content": {
                bodies.JSON: {"schema": {"anyOf": [one, many]}},
                bodies.NDJSON: {"schema": {"type": "string", "description": lines}},
            },
        },
        "parameters": [
            {
                **header,
                "name": "Custody-Sent-At",
                "description": "The device's clock at sending. 设备发送时的时钟。",
                "schema": {"type": "string", "format": "date-time"},
            },
            {
                **header,
                "name": "Prefer",
                "description": "`handling=strict`: all or nothing. 整批成功或整批拒绝。",
                "schema": {"type": "string"},
            },
        ],
    }


def registration_body(model: str) -> dict[str, Any]:
    """Declare the body of a registration, whose party stands in the path."""
    schema = {"$ref": REF.format(model=model)}
    return {"requestBody": {"required": True, "content": {bodies.JSON: {"schema": schema}}}}


def routes(app: FastAPI) -> list[Route]:
    """Return the routes of the document itself, for keys of any role, and what leads to them."""
    served = keeping.written_once(lambda: document(app))

    async def openapi_json(request: Request) -> Response:
        await with_a_key(request)
        return served(request)

    async def docs(request: Request) -> Response:
        await with_a_key(request)
        return page.page()

    async def drawing(request: Request) -> Response:
        await with_a_key(request)
        return page.file(request.path_params["file"], request)

    async def begin(_: Request) -> Response:
        # Relative, so that it leads there behind a proxy's prefix as well.
        return RedirectResponse("docs")

    return [
        Route("/openapi.json", openapi_json),
        Route("/docs", docs),
        Route("/docs/{file}", drawing),
        Route("/", begin),
    ]


def _schemas() -> dict[str, Any]:
    """Return the schemas of movements, registrations and problems, as they go over the wire."""
    models = [(model, "validation") for model in NAMED_IN_PATH]
    _, of_models = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]
    schemas: dict[str, Any] = of_models["$defs"]
    for model, names in NAMED_IN_PATH.items():
        schema = schemas[model.__name__]
        for said_by_path in ("type", *names):
            del schema["properties"][said_by_path]
            schema["required"].remove(said_by_path)
    movement = movement_adapter.json_schema(ref_template=REF)
    schemas.update(movement.pop("$defs"))
    describe_fields(schemas)
    _, of_problems = models_json_schema([(answers.Problem, "validation")], ref_template=REF)
    return {**schemas, **of_problems["$defs"], "Movement": movement}


async def with_a_key(request: Request) -> None:
    """Let nobody read a document who does not show who it is. Raises Refused."""
    subject = await auth.who(request, basic=True)
    auth.insist(subject, can(subject, "read_documents"))
