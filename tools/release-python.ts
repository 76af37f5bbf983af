/**
 * Prints the interpreter of an installed release, and installs it first where it is not there:
 * `npm run -s release:python -- VERSION`. Without a version it is the release of the settings.
 */
import { ensureRelease } from '../stack/release';
import { loadSettings } from '../stack/settings';
import { run } from './command';

async function main(): Promise<void> {
  const { home, release } = loadSettings();
  const [version = release] = process.argv.slice(2);
  const { python } = await ensureRelease({ version, home, progress: console.error });
  console.log(python);
}

run(main);
