import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

import type { Client } from 'pg';

import { messageOf, StackError } from '../errors';
import { connectedTo } from '../postgres/connection';
import { insertRow } from '../postgres/rows';
import { attachedSession } from '../session';
import type { AttachSettings } from '../settings';
import type { StartedStack } from '../started';
import { hashToken, mintCleartext, worldPrefix } from '../template/world';
import { ownNames, OwnRows, staysBehind } from './own-rows';

/** Of the advisory lock that a run holds on the database of the proxy that it tests. */
const lockKey = 7_206_174_353;

/** Milliseconds that the proxy may take for an answer. */
const patience = 15_000;

/** Somebody else's proxy, from the point of view of the runner that tests it. */
export interface AttachedStack extends Omit<StartedStack, 'letGo'> {
  /** Leaves nothing in its database that has a name of ours, and lets others at it. */
  letGo(): Promise<void>;
}

/**
 * Makes sure that somebody else's proxy and database can be tested and belong together, and that no other run is at it;
 * removes what a run that was killed has left.
 *
 * @param progress gets a line per thing that a person should know first
 * @throws StackError that names the setting which will not do, or the run that holds the lock
 */
export async function attachStack(attach: AttachSettings, progress: (line: string) => void): Promise<AttachedStack> {
  const { baseUrl, databaseUrl } = attach;
  const release = await releaseOf(attach);
  const client = await connect(databaseUrl);
  try {
    await lock(client);
    const own = await OwnRows.in(client);
    progress(`Testing LiteLLM ${release} at ${baseUrl} as it is`);
    progress(
      `Rows are written whose names begin with ${worldPrefix} or scratch- and hexadecimal digits, and removed again`,
    );
    progress(
      `What LiteLLM writes about them without such a name stays behind, in ${staysBehind.join(', ')}; ` +
        'so does what it writes after the end',
    );
    await requireOneDatabase(client, attach);
    await own.sweepWithTrail(ownNames);
    let isOver = false;
    const lost = new Promise<StackError>((resolve) => {
      client.once('end', () => {
        if (isOver) return;
        resolve(
          new StackError(
            'The connection to the database of ATTACH_DATABASE_URL is lost, and with it the lock that keeps others away.',
            'Run again: what this run has left is removed first.',
          ),
        );
      });
    });
    return {
      session: attachedSession(release),
      lost,
      letGo: async () => {
        isOver = true;
        try {
          await own.sweepWithTrail(ownNames);
        } finally {
          await client.end();
        }
      },
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

/** What the proxy says it is: 1.106.0 tells its admins alone, in a place that 1.87.0 does not have. */
async function releaseOf({ baseUrl, masterKey }: AttachSettings): Promise<string> {
  let said = '';
  for (const place of ['/health/readiness/details', '/health/readiness']) {
    try {
      const answer = await fetch(new URL(place, baseUrl), {
        headers: { authorization: `Bearer ${masterKey}` },
        signal: AbortSignal.timeout(patience),
      });
      const body = (await answer.json()) as { litellm_version?: string };
      if (body.litellm_version !== undefined) return body.litellm_version;
      said ||= `it answers ${answer.status} to ${place}`;
    } catch (error) {
      said ||= reasonOf(error);
    }
  }
  throw new StackError(
    `No LiteLLM proxy at ${baseUrl} tells its version to the master key: ${said}.`,
    'See that it runs, and that ATTACH_BASE_URL and ATTACH_MASTER_KEY are its own.',
  );
}

/** `fetch` itself says only that it failed. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);

async function connect(databaseUrl: string): Promise<Client> {
  // For whoever finds it locked. PostgreSQL cuts such a name at 63 bytes.
  const since = new Date().toISOString().slice(0, 16);
  const who = `${userInfo().username}@${hostname()} process ${process.pid} since ${since}Z`;
  try {
    const client = await connectedTo(databaseUrl, { application_name: who });
    // It does nothing but hold a lock, for as long as a run takes. Servers before 14 end no idle session.
    await client.query(`SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'`);
    return client;
  } catch (error) {
    throw new StackError(
      `The database of ATTACH_DATABASE_URL cannot be reached: ${messageOf(error)}`,
      'Mend the address.',
    );
  }
}

async function lock(client: Client): Promise<void> {
  const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [lockKey]);
  if (rows[0]?.ours === true) return;
  const holders = await client.query<{ name: string; address: string | null }>(
    `SELECT application_name AS name, host(client_addr) AS address FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = $1
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [lockKey],
  );
  const [holder] = holders.rows;
  const name = holder?.name ?? 'somebody who has just gone';
  throw new StackError(
    `Another attached run is at this database: ${name}${holder?.address == null ? '' : `, from ${holder.address}`}.`,
    'Wait for its end, or end it.',
  );
}

/** A key that is written to the one is to be seen by the other. */
async function requireOneDatabase(client: Client, { baseUrl, masterKey }: AttachSettings): Promise<void> {
  const probe = `scratch-${randomBytes(6).toString('hex')}`;
  const hashed = hashToken(mintCleartext());
  try {
    await insertRow(client, 'LiteLLM_VerificationToken', {
      token: hashed,
      key_name: probe,
      key_alias: probe,
      models: [],
    });
  } catch (error) {
    throw new StackError(
      `The database of ATTACH_DATABASE_URL does not take a key: ${messageOf(error)}`,
      'Name LiteLLM’s own database, and a role that may write to it.',
    );
  }
  try {
    const answer = await fetch(new URL(`/key/info?key=${hashed}`, baseUrl), {
      headers: { authorization: `Bearer ${masterKey}` },
      signal: AbortSignal.timeout(patience),
    });
    const text = await answer.text();
    if (answer.ok) return;
    const complaint =
      answer.status === 404
        ? 'ATTACH_DATABASE_URL names another database than that proxy’s: it does not see a key that was written there.'
        : `ATTACH_MASTER_KEY does not open ${baseUrl}: it answers ${answer.status} to /key/info, ${text.slice(0, 200)}`;
    throw new StackError(complaint, 'Mend that setting.');
  } finally {
    await client.query('DELETE FROM "LiteLLM_VerificationToken" WHERE token = $1', [hashed]);
  }
}
