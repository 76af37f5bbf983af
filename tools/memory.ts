import { readdirSync, readFileSync } from 'node:fs';

/**
 * The memory of a process and all that it started, in bytes: of what several share, each counts its part (`Pss` in
 * proc(5)). Undefined where there is no `/proc`, or another account's processes may not be looked at.
 */
export function memoryOf(pid: number): number | undefined {
  try {
    const parents = new Map(
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => [Number(name), parentOf(name)]),
    );
    const family = new Set([pid]);
    for (let before = 0; before < family.size;) {
      before = family.size;
      for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
    }
    return [...family].map(proportional).reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    return undefined;
  }
}

/** The name of a process, in parentheses, may hold anything; state and parent follow it. */
const parentOf = (pid: string): number => Number(/\) \S (\d+) [^)]*$/.exec(textAt(`/proc/${pid}/stat`))?.[1] ?? 0);

/** Of one process alone, in bytes; 0 once it has ended. */
export const proportional = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB$/m.exec(textAt(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;

/** Empty where the process has just ended. */
function textAt(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}
