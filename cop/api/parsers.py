"""Reading what was sent: JSON as its standard has it, and nothing that only resembles it."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.parser import Parser as NinjaParser


class Parser(NinjaParser):
    def parse_body(self, request: HttpRequest) -> Any:
        return json.loads(request.body.decode(), parse_constant=_refuse)


def _refuse(constant: str) -> NoReturn:
    # Python reads NaN and Infinity; JSON knows no such numbers.
    raise ValueError(constant)
