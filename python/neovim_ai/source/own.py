"""The nodes that belong to one function alone, with their way up to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from tree_sitter import Node

from neovim_ai.source import syntax


class Own:
    """A body walked once: every named node in file order, those of nested scopes left out.

    Scopes are functions, lambdas and classes; comprehensions belong to the function they stand in.
    """

    def __init__(self, root: Node) -> None:
        """Walk the body of a definition; its header does not count."""
        self.root = root
        self.nodes: list[Node] = []
        self._parents: dict[int, Node] = {}
        body = root.child_by_field_name("body") if root.type in syntax.DEFINITIONS else root
        if body is not None:
            self._walk(body)

    def _walk(self, body: Node) -> None:
        self._parents[body.id] = self.root
        stack = [body]
        while stack:
            node = stack.pop()
            if node.is_named:
                self.nodes.append(node)
            if node.type in syntax.SCOPES and node is not body:
                continue
            children = node.children
            for child in children:
                self._parents[child.id] = node
            stack.extend(reversed(children))

    @cached_property
    def by_type(self) -> dict[str, list[Node]]:
        """The nodes of each type, in file order."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            found.setdefault(node.type, []).append(node)
        return found

    def of(self, *types: str) -> list[Node]:
        """Return the nodes of some types, in file order."""
        found = [node for kind in types for node in self.by_type.get(kind, ())]
        return sorted(found, key=lambda node: node.start_byte) if len(types) > 1 else found

    def parent(self, node: Node) -> Node | None:
        """Return the node around a node of this body; the definition itself around the body."""
        return self._parents.get(node.id)

    def way_up(self, node: Node) -> Iterator[tuple[Node, Node]]:
        """Yield (child, parent) from a node up to the definition."""
        above = self.parent(node)
        while above is not None and above.id != self.root.id:
            yield node, above
            node, above = above, self.parent(above)
