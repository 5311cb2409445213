"""Forms as they arrive, from our pages, from a newsroom's own site, from mail programs, from anybody."""

from python_multipart.exceptions import FormParserError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

MAX_FIELDS = 100
MAX_FIELD_BYTES = 4096


async def read_form(request: Request) -> FormData:
    """The fields of an urlencoded or multipart body; none for another type. Files are refused.

    Raises HTTPException 400 for a body that cannot be read, 413 for one beyond the application's cap (`BodyCap`).
    """
    try:
        return await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_FIELD_BYTES)
    except (FormParserError, LookupError, UnicodeError) as error:
        raise HTTPException(400, "the body is no form") from error


def field(form: FormData, name: str) -> str:
    """The text of one field, its first where there are several; empty where there is none."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def fields(form: FormData, name: str) -> tuple[str, ...]:
    """The texts of all fields of one name, in order."""
    return tuple(value for value in form.getlist(name) if isinstance(value, str))
