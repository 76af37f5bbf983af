import { withClient } from '../postgres/cluster';
import type { World } from './world';

/** Keys as people get them who log in to LiteLLM's UI. They expire within a day, so every lane has its own. */
export const sessionNames = ['admin_session', 'user_session', 'logged_out_session'] as const;
export type SessionName = (typeof sessionNames)[number];

/** Name → the key itself. */
export type Sessions = Readonly<Record<SessionName, string>>;

/**
 * Logs in to a lane's proxy: as its admin, as `internal_user`, and as `internal_user` once more, who logs out again.
 * What that writes is part of what the lane holds from the start, and leaves the effect log.
 */
export async function openSessions(lane: {
  baseUrl: string;
  databaseUrl: string;
  masterKey: string;
  world: World;
}): Promise<Sessions> {
  const { baseUrl, databaseUrl, masterKey, world } = lane;
  const { email, password } = world.login;
  const sessions = {
    admin_session: await logIn(baseUrl, 'admin', masterKey),
    user_session: await logIn(baseUrl, email, password),
    logged_out_session: await logIn(baseUrl, email, password),
  };
  await logOut(baseUrl, sessions.logged_out_session);
  await withClient(databaseUrl, (client) => client.query('DELETE FROM behavior.log'));
  return sessions;
}

async function logIn(baseUrl: string, username: string, password: string): Promise<string> {
  const answer = await fetch(new URL('/v2/login', baseUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!answer.ok) throw new Error(`/v2/login answered ${answer.status}: ${await answer.text()}`);
  const [session] = answer.headers
    .getSetCookie()
    .flatMap((cookie) => /^token=[^.]+\.([^.]+)\./.exec(cookie)?.[1] ?? []);
  if (session === undefined) throw new Error('/v2/login set no cookie with a session');
  const { key } = JSON.parse(Buffer.from(session, 'base64url').toString()) as { key: string };
  return key;
}

/** Nothing in 1.87.0 ends a session before it expires: there the UI merely forgets it. */
async function logOut(baseUrl: string, key: string): Promise<void> {
  const answer = await fetch(new URL('/session/logout', baseUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
  });
  if (!answer.ok && answer.status !== 404) {
    throw new Error(`/session/logout answered ${answer.status}: ${await answer.text()}`);
  }
}
