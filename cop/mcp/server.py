"""The server of the SDK: what each method of the protocol is answered with."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.utils import timezone
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Tool,
    ToolAnnotations,
)

from cop.mcp import calls, prompts, registry, resources
from cop.mcp.aside import aside
from cop.mcp.calls import Caller, Refusing
from cop.mcp.tools import TOOLS
from cop.mcp.words import INSTRUCTIONS
from domain.refusal import Refused
from members.models import Scope

Context = ServerRequestContext[Any, Any]
Value = TypeVar("Value")

#: Under which a caller is found in the scope of its request.
CALLER: Final = "cop.mcp.caller"


def server() -> Server[Any]:
    made: Server[Any] = Server(
        "communities-of-practice",
        version="1",
        title="Communities of practice",
        instructions=INSTRUCTIONS,
        # Which tools there are hangs on the token; their schemas do not.
        get_tool_input_schema=lambda name: (
            TOOLS[name].input_schema if name in TOOLS else None
        ),
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=_read_resource,
        on_list_prompts=_list_prompts,
        on_get_prompt=_get_prompt,
    )
    # Nobody collects what the SDK would measure of each call.
    made.middleware.clear()
    return made


async def _list_tools(
    ctx: Context, params: PaginatedRequestParams | None
) -> ListToolsResult:
    """Those the token opens: a model is not tempted by what it may not do."""
    caller = _caller(ctx)
    _in_pace(caller)
    return ListToolsResult(
        tools=[
            _told(tool) for tool in TOOLS.values() if tool.scope in caller.who.scopes
        ]
    )


async def _call_tool(ctx: Context, params: CallToolRequestParams) -> CallToolResult:
    if params.name not in TOOLS:
        raise MCPError(INVALID_PARAMS, "There is no such tool. tools/list names all.")
    return await aside(
        calls.call, _caller(ctx), params.name, params.arguments, at=timezone.now()
    )


async def _list_resources(
    ctx: Context, params: PaginatedRequestParams | None
) -> ListResourcesResult:
    cursor = (params.cursor if params else None) or ""

    def ask(caller: Caller) -> ListResourcesResult:
        return resources.listed(caller, cursor, at=timezone.now())

    return await _noted(ctx, "resources/list", ask)


async def _list_templates(
    ctx: Context, params: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    _in_pace(_caller(ctx))
    return ListResourceTemplatesResult(resource_templates=resources.TEMPLATES)


async def _read_resource(
    ctx: Context, params: ReadResourceRequestParams
) -> ReadResourceResult:
    uri = str(params.uri)

    def ask(caller: Caller) -> ReadResourceResult:
        return resources.read(caller, uri, at=timezone.now())

    return await _noted(ctx, "resources/read", ask)


async def _list_prompts(
    ctx: Context, params: PaginatedRequestParams | None
) -> ListPromptsResult:
    _in_pace(_caller(ctx))
    return ListPromptsResult(prompts=prompts.PROMPTS)


async def _get_prompt(ctx: Context, params: GetPromptRequestParams) -> GetPromptResult:
    if params.name not in prompts.KINDS:
        raise MCPError(
            INVALID_PARAMS, "There is no such prompt. prompts/list names all."
        )

    def ask(caller: Caller) -> GetPromptResult:
        calls.check(caller, Scope.READ, acts=False, at=timezone.now())
        return prompts.get(params.name, params.arguments)

    return await _noted(ctx, "prompts/get", ask)


def _told(tool: registry.Tool) -> Tool:
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.words,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=ToolAnnotations(
            title=tool.title,
            read_only_hint=not tool.is_act,
            destructive_hint=tool.ends,
            idempotent_hint=tool.repeats,
            open_world_hint=False,
        ),
    )


def _caller(ctx: Context) -> Caller:
    """As whom this very request came in: nothing is remembered between two."""
    assert ctx.request is not None  # noqa: S101 - served over HTTP alone
    caller = ctx.request.scope[CALLER]
    assert isinstance(caller, Caller)  # noqa: S101 - the gate lets in nobody else
    return caller


def _in_pace(caller: Caller) -> None:
    try:
        calls.check_pace(caller)
    except Refused as refused:
        raise _error(Refusing(refused.refusal)) from None


async def _noted(ctx: Context, what: str, ask: Callable[[Caller], Value]) -> Value:
    caller = _caller(ctx)
    try:
        return await aside(
            calls.noted, caller, what, lambda: ask(caller), at=timezone.now()
        )
    except Refusing as refusing:
        raise _error(refusing) from None


def _error(refusing: Refusing) -> MCPError:
    said = calls.told(refusing.refusal)
    message = f"{said['sentence']} {said['opens']}".strip()
    return MCPError(INVALID_PARAMS, message, {**said, **refusing.more})
