/**
 * Brings a database of one's own to the schema of an installed LiteLLM, as `prisma migrate deploy` would, without a
 * download: `DATABASE_URL=… npm run engine:migrate -- PYTHON`, the interpreter that LiteLLM is installed for.
 */
import path from 'node:path';

import { packageFolder } from '../stack/engine/generate';
import { migrate } from '../stack/engine/migrate';
import { forgetPostgresVariables, stackEnvironment } from '../stack/environment';
import { StackError } from '../stack/errors';
import { pythonOf, run } from './command';

async function main(): Promise<void> {
  const python = pythonOf(process.argv.slice(2), 'engine:migrate');
  // Everything else here ignores this variable. It is no argument because a password is in it.
  const { DATABASE_URL: databaseUrl = '' } = process.env;
  if (databaseUrl === '') throw new StackError('DATABASE_URL is not set.', 'It names the database to migrate.');
  forgetPostgresVariables();
  const folder = path.join(await packageFolder(python, 'litellm_proxy_extras', stackEnvironment()), 'migrations');
  const applied = await migrate({ databaseUrl, folder, progress: console.error });
  console.error(applied === 0 ? 'There was nothing to apply.' : `${applied} migrations are applied.`);
}

run(main);
