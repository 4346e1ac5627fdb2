"""The small faults that can be planted in a module: mutmut's, and three kinds that it does not make.

Of mutmut's, changes to sentences for people (strings with blanks) are left out. Ours: a call, a raise or an
addition in place that is not done; the other branch of an ``if``; a ``return`` of nothing. What refuses is a
statement, and mutmut changes expressions.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import create_mutations

STATEMENTS = (cst.Raise, cst.AugAssign)


@dataclass(frozen=True)
class Change:
    """A node of a module and the node that stands there instead; ``place`` is where it begins and ends."""

    before: cst.CSTNode
    after: cst.CSTNode
    place: tuple[int, int, int, int]

    @property
    def line(self) -> int:
        return self.place[0]


class Ours(cst.CSTVisitor):
    """Collects the three kinds that are ours."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[cst.CSTNode, cst.CSTNode]] = []

    def visit_If(self, node: cst.If) -> None:
        other = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        self.pairs.append((node.test, cst.UnaryOperation(cst.Not(), other)))

    def visit_Return(self, node: cst.Return) -> None:
        if node.value and not (isinstance(node.value, cst.Name) and node.value.value == "None"):
            self.pairs.append((node.value, cst.Name("None")))

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for statement in node.body:
            is_call = isinstance(statement, cst.Expr) and isinstance(statement.value, cst.Call | cst.Yield)
            if is_call or isinstance(statement, STATEMENTS):
                self.pairs.append((statement, cst.Pass()))


def changes(file: str, code: str) -> tuple[cst.Module, list[Change]]:
    """The module and every change to it, always in the same order."""
    module, theirs, _, _ = create_mutations(file, code)
    ours = Ours()
    module.visit(ours)
    positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    pairs = [(change.original_node, change.mutated_node) for change in theirs] + ours.pairs
    return module, [
        Change(before, after, _place(positions[before]))
        for before, after in pairs
        if before in positions and not _is_sentence(before)
    ]


def _place(position: CodeRange) -> tuple[int, int, int, int]:
    return position.start.line, position.start.column, position.end.line, position.end.column


def _is_sentence(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleString) and any(character.isspace() for character in node.value)


def changed(file: str, code: str, index: int) -> str:
    """The code with this one change."""
    module, every = changes(file, code)
    node = module.deep_replace(every[index].before, every[index].after)
    assert isinstance(node, cst.Module)
    return node.code
