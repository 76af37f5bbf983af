/**
 * The variables of the caller that reach the processes of the stack. Everything else is dropped: people who run LiteLLM
 * export `DATABASE_URL`, `LITELLM_*`, `PG*` and provider keys, and those point at production.
 *
 * Locale and time zone are fixed rather than passed on, so that answers do not depend on the machine.
 */
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'USER', 'LOGNAME', 'SystemRoot'] as const;

/**
 * The environment of a process of the stack: the few variables that are passed on, and what the stack itself sets.
 *
 * @param own what this process needs, and nobody outside may decide
 */
export function stackEnvironment(own: Record<string, string> = {}): Record<string, string> {
  const environment: Record<string, string> = { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  for (const name of passedOn) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...own };
}

/**
 * Takes the variables of libpq out of this process, and so out of those that it starts. `pg` reads PGSSLMODE, PGOPTIONS
 * and others where an address does not decide, as ours do not.
 */
export function forgetPostgresVariables(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) Reflect.deleteProperty(process.env, name);
}
