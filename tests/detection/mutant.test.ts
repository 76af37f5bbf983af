import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import { ensureRelease } from '../../stack/release';
import { defaultRelease } from '../../stack/release/curated';
import { installerEnvironment } from '../../stack/release/installer';
import { loadSettings } from '../../stack/settings';

/** A module of every kind of function that there is to be changed. */
const module = `
from __future__ import annotations
import functools

def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return ["logged", function(*args, **kwargs)]
    return wrapper

def plain(a, b=1):
    return [a, b]

taken = plain

@logged
def decorated(a):
    return a

@functools.lru_cache
def cached(a):
    return a

def outer(a):
    def inner():
        return a
    @logged
    def another():
        return a
    return [inner(), another()]

class Base:
    def name(self):
        return "base"

class Store(Base):
    __secret = "secret"

    def get(self, key):
        return [self.__secret, key]

    def name(self):
        return super().name()

    @property
    def size(self):
        return 1

    @staticmethod
    def fixed():
        return 1

    @classmethod
    def made(cls):
        return cls.__name__

async def later():
    return 1
`;

/** Runs Python with the module, after a mutant of it, `given`, was put in: for good, where nothing else is said. */
async function after(
  mutant: { qualname: string; source: string },
  expression: string,
  putIn: readonly string[] = ['mutant.apply(given)'],
): Promise<unknown> {
  const { home } = loadSettings();
  const { python } = await ensureRelease({ version: defaultRelease, home, progress: () => undefined });
  const folder = mkdtempSync(path.join(tmpdir(), 'behavior-mutant-'));
  try {
    writeFileSync(path.join(folder, 'subject.py'), module);
    const program = [
      'import asyncio, json, sys',
      `sys.path[:0] = ${JSON.stringify([path.join(projectFolder, 'stack/proxy'), folder])}`,
      'import mutant, subject',
      'from subject import *',
      'given = {"module": "subject", **json.load(sys.stdin)}',
      'try:',
      ...putIn.map((line) => `    ${line}`),
      `    print(json.dumps(${expression}))`,
      'except mutant.CannotApplyError as error:',
      '    print(json.dumps(f"cannot: {error}"))',
    ].join('\n');
    const ran = spawnSync(python, ['-B', '-c', program], {
      input: JSON.stringify(mutant),
      env: installerEnvironment(),
      encoding: 'utf8',
    });
    expect(ran.status, ran.stderr).toBe(0);
    return JSON.parse(ran.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const { what, qualname, source, expression, is } of [
  {
    what: 'a function, for whoever has it by another name as well',
    ...{ qualname: 'plain', source: 'def plain(a, b=1):\n    return [b, a]\n' },
    ...{
      expression: '[subject.plain(0), taken(0)]',
      is: [
        [1, 0],
        [1, 0],
      ],
    },
  },
  {
    what: 'a default',
    ...{ qualname: 'plain', source: 'def plain(a, b=2):\n    return [a, b]\n' },
    ...{ expression: 'plain(0)', is: [0, 2] },
  },
  {
    what: 'a parameter more',
    ...{ qualname: 'plain', source: 'def plain(a, b=1, *, c=3):\n    return [a, b, c]\n' },
    ...{ expression: 'plain(0)', is: [0, 1, 3] },
  },
  {
    what: 'what is behind a decorator',
    ...{ qualname: 'decorated', source: 'def decorated(a):\n    return -a\n' },
    ...{ expression: 'decorated(1)', is: ['logged', -1] },
  },
  {
    what: 'what is behind one that is no function',
    ...{ qualname: 'cached', source: 'def cached(a):\n    return -a\n' },
    ...{ expression: 'cached(1)', is: -1 },
  },
  {
    what: 'a method, as deep as it stands in its class, with the class’s own names',
    ...{ qualname: 'Store.get', source: '    def get(self, key):\n        return [key, self.__secret]\n' },
    ...{ expression: 'Store().get(1)', is: [1, 'secret'] },
  },
  {
    what: 'a method, at the margin',
    ...{ qualname: 'Store.get', source: 'def get(self, key):\n    return [key, self.__secret]\n' },
    ...{ expression: 'Store().get(1)', is: [1, 'secret'] },
  },
  {
    what: 'a method that calls super()',
    ...{ qualname: 'Store.name', source: 'def name(self):\n    return super().name() + "!"\n' },
    ...{ expression: 'Store().name()', is: 'base!' },
  },
  {
    what: 'a property',
    ...{ qualname: 'Store.size', source: 'def size(self):\n    return 2\n' },
    ...{ expression: 'Store().size', is: 2 },
  },
  {
    what: 'a static method',
    ...{ qualname: 'Store.fixed', source: 'def fixed():\n    return 2\n' },
    ...{ expression: 'Store.fixed()', is: 2 },
  },
  {
    what: 'a class method',
    ...{ qualname: 'Store.made', source: 'def made(cls):\n    return [cls.__name__]\n' },
    ...{ expression: 'Store.made()', is: ['Store'] },
  },
  {
    what: 'a function within one',
    ...{ qualname: 'outer.<locals>.inner', source: 'def inner():\n    return -a\n' },
    ...{ expression: 'outer(1)', is: [-1, ['logged', 1]] },
  },
  {
    what: 'a function within one, behind its decorator',
    ...{ qualname: 'outer.<locals>.another', source: '    def another():\n        return -a\n' },
    ...{ expression: 'outer(1)', is: [1, ['logged', -1]] },
  },
  {
    what: 'a coroutine',
    ...{ qualname: 'later', source: 'async def later():\n    return 2\n' },
    ...{ expression: 'asyncio.run(later())', is: 2 },
  },
  {
    what: 'no such function',
    ...{ qualname: 'nothing', source: 'def nothing(): pass' },
    ...{ expression: '0', is: 'cannot: subject has no function nothing' },
  },
  {
    what: 'no such class',
    ...{ qualname: 'Nothing.get', source: 'def get(self): pass' },
    ...{ expression: '0', is: 'cannot: subject has no Nothing.get' },
  },
  {
    what: 'no such function within one',
    ...{ qualname: 'outer.<locals>.nothing', source: 'def nothing(): pass' },
    ...{ expression: '0', is: 'cannot: subject.py has no nothing in outer' },
  },
  {
    what: 'no Python',
    ...{ qualname: 'plain', source: 'def plain(:' },
    ...{ expression: '0', is: expect.stringMatching(/^cannot: the source is no Python: /) as unknown },
  },
  {
    what: 'two functions',
    ...{ qualname: 'plain', source: 'def plain(): pass\ndef another(): pass' },
    ...{ expression: '0', is: 'cannot: the source is not one function' },
  },
  {
    what: 'a function of another name',
    ...{ qualname: 'plain', source: 'def another(): pass' },
    ...{ expression: '0', is: 'cannot: the source is of another, not of plain' },
  },
]) {
  test(`a mutant of ${what}`, async () => {
    expect(await after({ qualname, source }, expression)).toEqual(is);
  });
}

const another = '{"module": "subject", "qualname": "later", "source": "async def later(): return 2"}';

for (const { what, putIn, is } of [
  { what: 'put in', putIn: ['isIn = exchange.put(given)'], is: [true, [1, 0], 1] },
  {
    what: 'put in and taken back',
    putIn: ['isIn = exchange.put(given)', 'exchange.take_back()'],
    is: [true, [0, 1], 1],
  },
  {
    what: 'put in, and another one after it',
    putIn: ['exchange.put(given)', `isIn = exchange.put(${another})`],
    is: [true, [0, 1], 2],
  },
]) {
  test(`a mutant that is ${what} while others run`, async () => {
    const mutant = { qualname: 'plain', source: 'def plain(a, b=1):\n    return [b, a]\n' };
    const found = await after(mutant, '[isIn, taken(0), asyncio.run(later())]', [
      'exchange = mutant.Exchange()',
      ...putIn,
    ]);
    expect(found).toEqual(is);
  });
}

test('a mutant with another default is not put in while others run', async () => {
  const mutant = { qualname: 'plain', source: 'def plain(a, b=2):\n    return [b, a]\n' };
  expect(await after(mutant, '[isIn, plain(0)]', ['isIn = mutant.Exchange().put(given)'])).toEqual([false, [0, 1]]);
});
