import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test as base } from '@playwright/test';

import { ensureRelease, type Release } from '../../stack/release';
import { defaultRelease } from '../../stack/release/curated';
import { loadSettings } from '../../stack/settings';
import { mutantsIn, sampled, type Sample } from '../../tools/detection/mutants';

const file = 'litellm/proxy/handlers.py';

/** `mutants` chooses of a module with this text. */
const test = base.extend<{
  module: { release: Release; write: (text: string) => void; folder: string };
  mutants: (text: string, options?: { seed?: string; count?: number }) => Sample;
}>({
  module: async ({}, use) => {
    const { home } = loadSettings();
    const { python, ...release } = await ensureRelease({
      version: defaultRelease,
      home,
      progress: () => undefined,
    });
    const folder = mkdtempSync(path.join(tmpdir(), 'behavior-operators-'));
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    const write = (text: string) => {
      writeFileSync(path.join(folder, file), text);
    };
    await use({ release: { ...release, python, sitePackages: folder }, write, folder });
    rmSync(folder, { recursive: true });
  },
  mutants: async ({ module }, use) => {
    await use((text, { seed = '1', count = 1000 } = {}) => {
      module.write(text);
      return sampled(module.release, { files: [file], seed, count });
    });
  },
});

/** What a function's body, a line or more, is made into: by each operator, the lines that differ. */
const cases: readonly (readonly [body: string, operator: string, ...changed: string[]])[] = [
  ['if a == b: pass', 'comparison', 'if (a != b): pass'],
  ['x = a < b', 'comparison', 'x = (a <= b)'],
  ['x = a < b < c', 'comparison', 'x = (a < b <= c)', 'x = (a <= b < c)'],
  ['x = a is None', 'comparison', 'x = (a is not None)'],
  ['x = a in b', 'membership', 'x = (a not in b)'],
  ['x = a and b or c', 'and-or', 'x = ((a and b) and c)', 'x = (a or b) or c'],
  ['while a: pass', 'condition', 'while (not a): pass'],
  ['x = b if not a else c', 'condition', 'x = b if a else c'],
  ['x = [a for a in b if a]', 'condition', 'x = [a for a in b if (not a)]'],
  ['raise ValueError(a)', 'raise', 'pass'],
  ['await a()', 'awaited-call', 'pass'],
  ['x = await a()', 'awaited-call', 'x = None'],
  ['x = True', 'boolean', 'x = False'],
  ['return a', 'return', 'return None'],
  ['x = 400', 'number', 'x = 401'],
  ['x = f(a, b=1, c=2)', 'argument', 'x = f(a, b=1)', 'x = f(a, c=2)'],
  ['x = f(b=1)', 'argument', 'x = f()'],
  ['x = f((a), b=1)', 'argument', 'x = f(a)'],
  ["x = a == 'team'", 'string', "x = a == 'team!'"],
  ["x = a in ('team', 'key')", 'string', "x = a in ('team!', 'key')", "x = a in ('team', 'key!')"],
];

for (const [body, operator, ...changed] of cases) {
  test(`${operator}: ${body}`, ({ mutants }) => {
    const found = mutants(`async def handler(a, b=True, *, c: int = 3):\n    ${body}\n`).mutants;
    expect(
      found
        .filter((mutant) => mutant.operator === operator)
        .map(({ source }) => source.split('\n')[1]?.trim())
        .sort(),
    ).toEqual(changed);
  });
}

test('what is not the behaviour of a handler is left as it is', ({ mutants }) => {
  const { mutants: found, leftOut } = mutants(
    [
      'LIMIT = 3',
      '@route("/a", deprecated=True)',
      'def handler(a: Literal[1] = 2) -> Literal[3]:',
      '    "A docstring, 4."',
      '    logger.debug("5", exc_info=True)',
      '    x: Literal[6] = a',
      '    text = f"{a:>7}"',
    ].join('\n'),
  );
  expect(found).toEqual([]);
  expect(leftOut).toBe(2);
});

test('a mutant is a whole function, at the place where it stands', ({ mutants }) => {
  const { mutants: found, population } = mutants(
    [
      'class Store:',
      '    @cached',
      '    def get(self, key):',
      '        def inner():',
      '            return key',
      '        return inner',
      '',
    ].join('\n'),
  );
  expect(population).toBe(2);
  const inner = found.find(({ line }) => line === 5);
  expect(inner).toEqual({
    id: 'handlers.py:5:19:return',
    module: 'litellm.proxy.handlers',
    file,
    qualname: 'Store.get',
    line: 5,
    operator: 'return',
    change: 'key  →  None',
    source: '    def get(self, key):\n        def inner():\n            return None\n        return inner\n',
    diff: expect.stringContaining('-            return key\n+            return None\n') as unknown,
    span: [5, 5],
  });
});

test('a change of a statement of several lines is one of all of them', ({ mutants }) => {
  const { mutants: found } = mutants('def handler(a):\n    if (\n        a\n        == 1\n    ):\n        return 2\n');
  expect(found.map(({ operator, line, span }) => [operator, line, span])).toEqual(
    expect.arrayContaining([
      ['comparison', 3, [2, 5]],
      ['number', 6, [6, 6]],
    ]),
  );
});

test('a seed gives the same ones, and more of them with a larger count', ({ mutants }) => {
  const text = Array.from({ length: 30 }, (_, n) => `def f${n}(a):\n    return a == ${n}\n`).join('\n');
  const ids = (options: { seed: string; count: number }) => mutants(text, options).mutants.map(({ id }) => id);
  const ten = ids({ seed: 'x', count: 10 });
  expect(ten).toHaveLength(10);
  expect(ids({ seed: 'x', count: 10 })).toEqual(ten);
  expect(ids({ seed: 'x', count: 20 }).slice(0, 10)).toEqual(ten);
  expect(ids({ seed: 'y', count: 10 })).not.toEqual(ten);
});

test('given mutants are known by their function and line', ({ module }) => {
  module.write('class Store:\n    def get(self, key):\n        return (\n            key\n        )\n');
  const given = path.join(module.folder, 'given.json');
  const mutant = { id: '1', module: 'litellm.proxy.handlers', qualname: 'Store.get', line: 4, operator: 'mine' };
  const source = 'def get(self, key):\n    return self\n';
  writeFileSync(
    given,
    JSON.stringify({
      mutants: [
        { ...mutant, source },
        { ...mutant, id: '2', qualname: 'Store.put', source },
        { ...mutant, id: '3', module: 'litellm.nothing', source },
      ],
    }),
  );
  const [first, second, third] = mutantsIn(given, module.release);
  expect(first).toMatchObject({ file, span: [3, 5] });
  expect(first?.diff).toContain('+        return self\n');
  expect(second?.invalid).toBe('litellm.proxy.handlers has no function Store.put');
  expect(third?.invalid).toBe('there is no module litellm.nothing');
});

for (const [what, text, says] of [
  ['no JSON', '{', /holds no mutants: .*JSON/],
  ['none', '{"mutants": []}', /Too small/],
  ['no source', '{"mutants": [{"id": "1", "module": "a", "qualname": "f", "line": 1}]}', /source/],
  [
    'two of one id',
    JSON.stringify({
      mutants: [1, 2].map(() => ({ id: '1', module: 'a', qualname: 'f', line: 1, source: 'def f(): pass' })),
    }),
    /two mutants 1/,
  ],
] as const) {
  test(`a file of mutants with ${what}: one message`, ({ module }) => {
    const given = path.join(module.folder, 'given.json');
    writeFileSync(given, text);
    expect(() => mutantsIn(given, module.release)).toThrow(says);
  });
}
