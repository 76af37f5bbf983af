import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { generateClient } from '../../stack/engine/generate';
import { stackEnvironment } from '../../stack/environment';
import { ensureRelease } from '../../stack/release';
import { readSession } from '../../stack/session';
import { loadSettings } from '../../stack/settings';
import { schemaFile, test as base } from './engine';

/** The Python client of the release under test. */
interface Client {
  python: string;
  /** Holds a copy of the package `prisma`, with the client for our schema generated into it. */
  folder: string;
}

/** The release's own Python and `prisma` package, the latter copied: the release stays as it is. */
export const test = base.extend<{ run: (script: string) => Promise<unknown> }, { client: Client }>({
  client: [
    async ({}, use) => {
      const { home } = loadSettings();
      const { python, sitePackages } = await ensureRelease({
        version: readSession().release,
        home,
        progress: () => undefined,
      });
      const folder = await mkdtemp(path.join(tmpdir(), 'python-client-'));
      await cp(path.join(sitePackages, 'prisma'), path.join(folder, 'prisma'), { recursive: true });
      await generateClient({ python, schemaPath: schemaFile, env: stackEnvironment({ PYTHONPATH: folder }) });
      await use({ python, folder });
      await rm(folder, { recursive: true });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  /** Runs the body of an `async def` that has a connected client `db`, and gives what it returns. */
  run: async ({ client: { python, folder }, executable, ships }, use) => {
    const env = stackEnvironment({
      PYTHONPATH: folder,
      PRISMA_QUERY_ENGINE_BINARY: executable,
      DATABASE_URL: ships,
    });
    await use(async (script) => {
      const file = path.join(folder, 'script.py');
      await writeFile(file, `${prelude}\n${script.replaceAll(/^/gm, '    ')}\n${finale}`);
      const { stdout } = await promisify(execFile)(python, [file], { env, cwd: folder });
      return JSON.parse(stdout) as unknown;
    });
  },
});

const prelude = `
import asyncio, datetime, decimal, json
from datetime import timedelta
import prisma
from prisma import Prisma, Json, Base64, errors

async def script(db):`;

const finale = `
async def main():
    db = Prisma()
    await db.connect()
    try:
        result = await script(db)
    finally:
        await db.disconnect()
    print(json.dumps(result, default=str))

asyncio.run(main())
`;

export { expect } from './engine';
