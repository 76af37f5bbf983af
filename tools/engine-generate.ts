/**
 * Generates LiteLLM's database client into an environment of one's own, as `prisma generate` would, without a download:
 * `npm run engine:generate -- PYTHON`, the interpreter that LiteLLM is installed for.
 */
import path from 'node:path';

import { generateClient, packageFolder } from '../stack/engine/generate';
import { stackEnvironment } from '../stack/environment';
import { pythonOf, run } from './command';

async function main(): Promise<void> {
  const python = pythonOf(process.argv.slice(2), 'engine:generate');
  const env = stackEnvironment();
  const schemaPath = path.join(await packageFolder(python, 'litellm', env), 'proxy/schema.prisma');
  await generateClient({ python, schemaPath, env });
  console.error(`The client for ${schemaPath} is generated.`);
}

run(main);
