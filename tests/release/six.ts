import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { lockOf } from '../../stack/release/kept-locks';
import { defaultRelease, pythonMinors } from '../../stack/release/curated';
import type { Order } from '../../stack/release/environment';

/** An order for one small real package, locked as the default release locks it. */
export function sixOrder(folder: string, change: (lock: string) => string = (lock) => lock): Order {
  const [lock] = /^six==(?:.*\\\n)+.*$/m.exec(readFileSync(lockOf(defaultRelease), 'utf8')) ?? [];
  if (lock === undefined) throw new Error(`${defaultRelease} has no six any more: take another small package`);
  const file = path.join(folder, 'six.txt');
  writeFileSync(file, change(`${lock}\n`));
  return {
    name: 'six',
    title: 'Six',
    parent: path.join(folder, 'places'),
    lock: file,
    pythons: pythonMinors,
    proof: ['six.py'],
  };
}
