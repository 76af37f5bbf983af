"""Makes of the data files of a run's processes what is read of them: ``covered.py FOLDER OUT HTML``.

Into OUT: ``data``, all of them as one file of coverage.py's; ``coverage.json``, its own report; ``contexts.json``,
``{"contexts": [...], "files": {NAME: {LINE: [place in contexts, ...]}}}``, who ran which line: lines as they ran, of a
statement of several any of them; and ``known.json``, ``{NAME: {LINE: reason}}``, those that nobody ran and that are
known not to be reached: standard input has ``lines`` of ``known.yaml``. HTML is a folder for coverage.py's pages. NAME
is a file's path from ``litellm/`` on.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import coverage

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    folder, out, html = map(Path, sys.argv[1:])
    combined = coverage.Coverage(data_file=str(out / "data"), branch=True, config_file=False, messages=False)
    combined.combine([str(file) for file in sorted(folder.iterdir()) if file.suffix == ""], strict=True)
    combined.save()
    combined.json_report(outfile=str(out / "coverage.json"), ignore_errors=True)
    combined.html_report(directory=str(html), title="LiteLLM's management endpoints, as the scenarios reach them")

    data = combined.get_data()
    contexts = sorted(data.measured_contexts())
    places = {context: place for place, context in enumerate(contexts)}
    files = {
        file[file.rindex("litellm/proxy/") :]: {
            line: [places[context] for context in of_line] for line, of_line in data.contexts_by_lineno(file).items()
        }
        for file in sorted(data.measured_files())
    }
    (out / "contexts.json").write_text(json.dumps({"contexts": contexts, "files": files}))

    known: list[dict[str, str]] = json.load(sys.stdin)
    reasons = {
        file[file.rindex("litellm/proxy/") :]: lines_of(known_in_file, file, set(combined.analysis2(file)[3]))
        for file in sorted(data.measured_files())
        if (known_in_file := [each for each in known if file.endswith(f"/{each['file']}")])
    }
    (out / "known.json").write_text(json.dumps(reasons))


def lines_of(known: list[dict[str, str]], file: str, missing: set[int]) -> dict[int, str]:
    """Give the reason of each missing line that is known; what is not in this release is left out."""
    text = Path(file).read_text()
    lines = text.splitlines()
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]
    reasons: dict[int, str] = {}
    for each in known:
        name, wanted = each["qualname"].rsplit(".", 1)[-1], each.get("text")
        for function in functions:
            if function.name != name:
                continue
            found = function if wanted is None else _statement_with(wanted, function, lines)
            if found is None:
                continue
            # Where it does not run, neither does what follows it in its block.
            last = _block_of(found, function)[-1] if found.lineno in missing else found
            known_lines = range(found.lineno, (last.end_lineno or last.lineno) + 1)
            reasons |= {line: each["reason"] for line in known_lines if line in missing}
    return reasons


def _block_of(statement: ast.stmt | ast.excepthandler, function: Function) -> list[ast.stmt | ast.excepthandler]:
    """Give the statements among which one stands."""
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and statement in block:
                return block
    return [statement]


def _statement_with(text: str, function: Function, lines: list[str]) -> ast.stmt | ast.excepthandler | None:
    """Give the innermost statement, or handler, that the first line with a text belongs to."""
    parts = [
        node for node in ast.walk(function) if isinstance(node, (ast.stmt, ast.excepthandler)) and node is not function
    ]
    line = next(
        (
            line
            for line in range(function.lineno, (function.end_lineno or function.lineno) + 1)
            if text in lines[line - 1]
        ),
        None,
    )
    around = [node for node in parts if line is not None and node.lineno <= line <= (node.end_lineno or 0)]
    return min(around, key=lambda node: (node.end_lineno or 0) - node.lineno, default=None)


if __name__ == "__main__":
    main()
