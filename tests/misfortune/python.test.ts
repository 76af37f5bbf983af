import { existsSync } from 'node:fs';
import path from 'node:path';

import { expect, test, theOneMessage, usual } from './machine';

/** A program that answers like an interpreter. */
const answers = (version: string, venv = true) => `echo '["/somewhere/python","${version}","CPython",${String(venv)}]'`;

const install = /^Install Python 3\.10 to 3\.1\d \(Debian, Ubuntu: apt install python3 python3-venv/m;

for (const { what, programs, says } of [
  { what: 'no Python at all', programs: {}, says: [/^Found none at all\.$/m, install] },
  {
    what: 'a Python that is too old',
    programs: { python3: answers('3.9.18') },
    says: [/\/python3: 3\.9\.18$/m, install],
  },
  {
    what: 'a Python that is too new',
    programs: { python3: answers('3.15.0') },
    says: [/\/python3: 3\.15\.0$/m, install],
  },
  {
    what: 'a Python without venv',
    programs: { python3: answers('3.11.2', false) },
    says: [
      /\/python3: 3\.11\.2, but without venv or ensurepip$/m,
      /^Install the package that has venv \(Debian, Ubuntu: apt install python3-venv\), or put uv on the PATH\.$/m,
    ],
  },
]) {
  test(`${what} is told once, and nothing is installed`, async ({ nested, machine }) => {
    const PATH = machine.path({ ...usual, ...programs });
    const run = nested({ specs: ['failing'], environment: { STACK_HOME: machine.home, PATH } });
    const message = await theOneMessage(run);
    expect(message).toMatch(/^StackError: No Python for LiteLLM \S+: CPython .* was looked for on the PATH/);
    for (const part of says) expect(message).toMatch(part);
    expect(existsSync(path.join(machine.home, 'releases'))).toBe(false);
  });
}
