"""The head of a Markdown document: YAML between two lines of `---`.

YAML is read as text only: no value turns into a number, a date or a Norway by itself (`no` stays `no`), no tag makes
an object, and neither references nor deep nesting can make little input large.
"""

from dataclasses import dataclass

import yaml  # type: ignore[import-untyped]
from frontmatter.default_handlers import YAMLHandler

from publisher.model.reason import Reason, reason
from publisher.sources.metadata import MAX_BYTES

_MAX_DEPTH = 4
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "null", "int", "float", "bool", "timestamp", "map", "seq")
)
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document in two parts: what was stated, still unchecked, and the Markdown below it."""

    stated: dict[str, object]
    body: str


class _RefusedError(Exception):
    """A node that may be YAML but is no front matter; `reason` says why."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.key)
        self.reason = why


def split_front_matter(text: str, *, file: str) -> Document | Reason:
    """Part a document (`\\n` line ends) into front matter and body. `file` names it in reasons.

    Reasons: `sources.front_matter_missing`, `…_unclosed`, `…_too_large`, `…_broken` with the line, and
    `sources.repeated_key`.
    """
    handler = YAMLHandler()
    text = text.lstrip("\n")
    if not handler.detect(text):
        return reason("sources.front_matter_missing", file=file)
    try:
        head, body = handler.split(text)
    except ValueError:
        return reason("sources.front_matter_unclosed", file=file)
    if len(head.encode()) > MAX_BYTES:
        return reason("sources.front_matter_too_large", file=file, limit=MAX_BYTES // 1024)
    stated = _load(head, file)
    return stated if isinstance(stated, Reason) else Document(stated=stated, body=body)


def _load(head: str, file: str) -> dict[str, object] | Reason:
    try:
        _check_events(head, file)
        node = yaml.compose(head, Loader=yaml.SafeLoader)
        value = None if node is None else _read_node(node, file)
    except _RefusedError as refused:
        return refused.reason
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return _broken(file, mark.line if mark else 0)
    if value is None:
        return {}
    return value if isinstance(value, dict) else _broken(file, 0)


def _check_events(head: str, file: str) -> None:
    """Refuse references and nesting while they are only events, before anything is built from them."""
    depth = 0
    for event in yaml.parse(head, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _RefusedError(_broken(file, event.start_mark.line))
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            raise _RefusedError(_broken(file, event.start_mark.line))


def _read_node(node: yaml.Node, file: str) -> object:
    if node.tag not in _TAGS:
        raise _RefusedError(_broken(file, node.start_mark.line))
    if isinstance(node, yaml.SequenceNode):
        return [_read_node(child, file) for child in node.value]
    if isinstance(node, yaml.MappingNode):
        return _read_mapping(node, file)
    return None if node.tag == _NULL else node.value


def _read_mapping(node: yaml.MappingNode, file: str) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise _RefusedError(_broken(file, key.start_mark.line))
        if key.value in values:
            raise _RefusedError(reason("sources.repeated_key", file=file, field=key.value[:60]))
        values[key.value] = _read_node(value, file)
    return values


def _broken(file: str, line: int) -> Reason:
    """`line` counts from 0 after the first `---`, which is line 1 for a person."""
    return reason("sources.front_matter_broken", file=file, line=line + 1)
