"""Makes of the data files of a run's processes what is read of them: ``covered.py FOLDER OUT HTML``.

Into OUT: ``data``, all of them as one file of coverage.py's; ``coverage.json``, its own report; and ``contexts.json``,
``{"contexts": [...], "files": {NAME: {LINE: [place in contexts, ...]}}}``, who ran which line: lines as they ran, of a
statement of several any of them. HTML is a folder for coverage.py's pages. NAME is a file's path from ``litellm/`` on.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import coverage


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


if __name__ == "__main__":
    main()
