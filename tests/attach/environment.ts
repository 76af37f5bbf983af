import type { Lane } from '../../fixtures/lane';
import { databaseUrl } from '../../stack/template/databases';

/** What the environment of a run needs to test a lane as if somebody else ran it. */
export async function environmentFor({ db, session, baseUrl }: Lane): Promise<Record<string, string>> {
  const { rows } = await db.query<{ name: string }>('SELECT current_database() AS name');
  return {
    ATTACH_BASE_URL: baseUrl,
    ATTACH_DATABASE_URL: databaseUrl(session.serverUrl, rows[0]?.name ?? ''),
    ATTACH_MASTER_KEY: session.masterKey,
    ATTACH_WRITES: 'allow',
  };
}
