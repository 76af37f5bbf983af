import { proportional } from '../memory';
import { cpuMsOf, processesUnder, type Role } from '../processes';

/** Often enough for runs of minutes; looking costs some milliseconds a process. */
const everyMs = 5_000;

/** What was used between the beginning and the end of a command, by all processes of its folder. */
export interface Usage {
  /** CPU milliseconds of the processes of each kind, as last seen of those that ended. */
  readonly cpuMs: Readonly<Partial<Record<Role, number>>>;
  /** The most that was seen at once, in bytes, what several share counted once. */
  readonly peakBytes: number;
}

/**
 * Begins to look.
 *
 * @param folder the TMPDIR of the processes that are meant: see `processesUnder`
 * @returns ends it, and tells what was seen
 */
export function watchUsage(folder: string): () => Usage {
  const before = new Map(processesUnder(folder).map(({ pid }) => [pid, cpuMsOf(pid)]));
  const last = new Map<number, { role: Role; cpuMs: number }>();
  let peakBytes = 0;
  const look = () => {
    const processes = processesUnder(folder);
    for (const { pid, role } of processes) last.set(pid, { role, cpuMs: cpuMsOf(pid) });
    const bytes = processes.reduce((sum, { pid }) => sum + proportional(pid), 0);
    peakBytes = Math.max(peakBytes, bytes);
  };
  // What is measured may fail, and nobody ends this then.
  const timer = setInterval(look, everyMs).unref();
  return () => {
    clearInterval(timer);
    look();
    const cpuMs: Partial<Record<Role, number>> = {};
    for (const [pid, seen] of last) cpuMs[seen.role] = (cpuMs[seen.role] ?? 0) + seen.cpuMs - (before.get(pid) ?? 0);
    return { cpuMs, peakBytes };
  };
}
