import type { BehaviorsFile } from './behaviors-file';
import { plural } from './drift/told';

/**
 * What is said above the differences where an operator's configuration was tried in the place of `plain`.
 *
 * @param differing how many scenarios differ
 * @returns undefined: none was tried
 */
export function headingBesidePlain(
  { configuration, scenarios }: Pick<BehaviorsFile, 'configuration' | 'scenarios'>,
  differing: number,
): string | undefined {
  if (configuration === undefined) return undefined;
  const own = scenarios.filter(({ id }) => id.startsWith('own/'));
  const answered = own.filter(({ observed }) => observed !== null).length;
  const skipped = own.filter(({ outcome }) => outcome === 'skipped').length;
  const others = skipped === 0 ? '' : `; ${skipped} more could not be played under it, and say why`;
  return `What ${configuration} changes, beside plain: ${differing} of ${plural(answered, 'scenario')}${others}`;
}
