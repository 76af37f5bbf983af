import { createHash, randomBytes, scryptSync } from 'node:crypto';

import { insertRow, json, type Queryable } from '../postgres/rows';

/** What every row of a world is named with; of one in a database of somebody else's, with more behind it. */
export const worldPrefix = 'behavior-pin-';

const organizationNames = ['a', 'b'] as const;
export type OrganizationName = (typeof organizationNames)[number];

interface TeamDescription {
  readonly organization: OrganizationName;
  /** Made with `POST /team/new`, with the members of that other team; left out: a row, with members of its own. */
  readonly likeByApi?: TeamName;
  /** What its members, and its keys without a user, may do with its keys; left out: what LiteLLM lets them by default. */
  readonly permissions?: readonly string[];
  readonly blocked?: true;
}

/** Gamma has no members: the "same organization, not my team" target. */
const teamDescriptions = {
  alpha: { organization: 'a' },
  beta: { organization: 'b' },
  gamma: { organization: 'a' },
  delta: { organization: 'a', likeByApi: 'alpha' },
  // Everything that `KeyManagementRoutes` (litellm/proxy/_types.py) knows in both curated releases.
  epsilon: {
    organization: 'a',
    permissions: [
      '/key/generate',
      '/key/update',
      '/key/delete',
      '/key/regenerate',
      '/key/service-account/generate',
      '/key/{key_id}/regenerate',
      '/key/block',
      '/key/unblock',
      '/key/bulk_update',
      '/team/key/bulk_update',
      '/key/{key_id}/reset_spend',
      '/key/info',
      '/key/health',
      '/key/list',
      '/key/aliases',
      '/team/daily/activity',
    ],
  },
  zeta: { organization: 'a', blocked: true },
} as const satisfies Record<string, Omit<TeamDescription, 'likeByApi'> & { readonly likeByApi?: 'alpha' }>;

export type TeamName = keyof typeof teamDescriptions;
const teamNames = Object.keys(teamDescriptions) as TeamName[];

interface Membership {
  readonly organization: OrganizationName;
  readonly organizationRole: 'internal_user' | 'org_admin';
  readonly team?: TeamName;
  readonly teamRole?: 'admin' | 'user';
}

interface ActorDescription {
  readonly userRole: 'proxy_admin' | 'proxy_admin_viewer' | 'org_admin' | 'internal_user' | 'internal_user_viewer';
  readonly member?: Membership;
  /** A key that says of itself that it is a service account's. */
  readonly serviceAccount?: true;
}

const inAlpha = { organization: 'a', organizationRole: 'internal_user', team: 'alpha' } as const;

/**
 * Who is who. `org_admin` as a *user* role cannot be given through the API; the reference suite seeds it so, and the
 * proxy's gates read it, so it is pinned. What LiteLLM's own routes make of an organization's admin is `org_admin_member`.
 */
const actorDescriptions = {
  proxy_admin: { userRole: 'proxy_admin' },
  proxy_admin_viewer: { userRole: 'proxy_admin_viewer' },
  org_admin: { userRole: 'org_admin', member: { organization: 'a', organizationRole: 'org_admin' } },
  org_admin_member: { userRole: 'internal_user', member: { organization: 'a', organizationRole: 'org_admin' } },
  team_admin: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'admin' } },
  internal_user: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'user' } },
  internal_user_viewer: { userRole: 'internal_user_viewer', member: { ...inAlpha, teamRole: 'user' } },
  owner: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'user' } },
  unrelated_same_org: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'user' } },
  service_account: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'user' }, serviceAccount: true },
  cross_org_user: {
    userRole: 'internal_user',
    member: { organization: 'b', organizationRole: 'internal_user', team: 'beta', teamRole: 'user' },
  },
  org_b_admin: { userRole: 'org_admin', member: { organization: 'b', organizationRole: 'org_admin' } },
} as const satisfies Record<string, ActorDescription>;

export type ActorName = keyof typeof actorDescriptions;
export const actorNames = Object.keys(actorDescriptions) as ActorName[];

interface KeyDescription {
  /** Left out: it belongs to no team. */
  readonly team?: TeamName;
  /** Made with `POST /key/service-account/generate`; left out: a row. */
  readonly serviceAccount?: true;
  /** Belongs to a user who has no organization, no team and no other purpose; left out: to nobody. */
  readonly ofShutOut?: true;
  readonly expired?: true;
  readonly blocked?: true;
  /** Was there, and was deleted with `POST /key/delete`. */
  readonly deleted?: true;
}

/** Keys of the world that are no actor's, each a kind of caller. */
const keyDescriptions = {
  service_account_key: { team: 'alpha', serviceAccount: true },
  service_account_key_permitted: { team: 'epsilon', serviceAccount: true },
  team_key: { team: 'alpha' },
  expired_key: { ofShutOut: true, expired: true },
  blocked_key: { ofShutOut: true, blocked: true },
  key_of_blocked_team: { ofShutOut: true, team: 'zeta' },
  deleted_key: { deleted: true },
} as const satisfies Record<string, KeyDescription>;

export type WorldKeyName = keyof typeof keyDescriptions;
const keyNames = Object.keys(keyDescriptions) as WorldKeyName[];

/** A user of the world and its key. */
export interface Actor {
  readonly name: ActorName;
  readonly userId: string;
  /** The key itself, `sk-…`. */
  readonly cleartext: string;
  /** What the database holds of it: SHA-256, in hex. */
  readonly hashed: string;
  /** Its key's team. */
  readonly team?: TeamName;
}

/** A key of the world that is no actor's. */
export interface WorldKey {
  readonly name: WorldKeyName;
  readonly userId: string | null;
  readonly cleartext: string;
  readonly hashed: string;
  readonly team?: TeamName;
}

export interface Organization {
  readonly name: OrganizationName;
  readonly organizationId: string;
}

export interface Team {
  readonly name: TeamName;
  readonly teamId: string;
  readonly organization: OrganizationName;
  readonly admins: readonly ActorName[];
  readonly users: readonly ActorName[];
}

/** What a template was seeded with, or for a while somebody else's database. Nothing changes it. */
export interface World {
  /** What its rows are named with. */
  readonly prefix: string;
  /** Who made what LiteLLM's own routes have made, and is a member of Delta therefore; without a key it is the master key's user. */
  readonly creator: { readonly userId: string; readonly key?: { readonly cleartext: string; readonly hashed: string } };
  readonly budgetId: string;
  readonly organizations: Readonly<Record<OrganizationName, Organization>>;
  readonly teams: Readonly<Record<TeamName, Team>>;
  readonly actors: Readonly<Record<ActorName, Actor>>;
  readonly keys: Readonly<Record<WorldKeyName, WorldKey>>;
  /** Who the keys that are shut out belong to. */
  readonly shutOut: { readonly userId: string };
  /** With which `internal_user` logs in to the UI. */
  readonly login: { readonly email: string; readonly password: string };
}

/** How LiteLLM stores a key. */
export const hashToken = (cleartext: string): string => createHash('sha256').update(cleartext).digest('hex');

/** A key nobody has yet. */
export const mintCleartext = (): string => `sk-${randomBytes(24).toString('base64url')}`;

const membershipOf = (name: ActorName): Membership | undefined => {
  const description: ActorDescription = actorDescriptions[name];
  return description.member;
};

/** The user that LiteLLM takes for behind a request when its key has none (`litellm_proxy_admin_name`). */
export const defaultUserId = 'default_user_id';

/**
 * Makes a world with keys of its own. They are random, since one of them is a proxy admin's in somebody's database.
 *
 * @param options.prefix what its rows are named with
 * @param options.hasCreator it has a proxy admin of its own to furnish it, who is none of its actors; left out: the master key does
 */
export function imagineWorld({
  prefix = worldPrefix,
  hasCreator = false,
}: { readonly prefix?: string; readonly hasCreator?: boolean } = {}): World {
  const recordOf = <Name extends string, Thing>(names: readonly Name[], make: (name: Name) => Thing) =>
    Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Thing>;
  const idOf = (name: string) => `${prefix}${name.replaceAll('_', '-')}`;
  const membersOf = (team: TeamName, role: 'admin' | 'user') =>
    actorNames.filter((name) => membershipOf(name)?.team === team && membershipOf(name)?.teamRole === role);
  const minted = () => {
    const cleartext = mintCleartext();
    return { cleartext, hashed: hashToken(cleartext) };
  };
  const shutOut = { userId: idOf('shut_out') };
  return {
    prefix,
    creator: hasCreator ? { userId: idOf('creator'), key: minted() } : { userId: defaultUserId },
    budgetId: idOf('budget'),
    organizations: recordOf(organizationNames, (name) => ({ name, organizationId: idOf(`org-${name}`) })),
    teams: recordOf(teamNames, (name) => {
      const { organization, likeByApi = name }: TeamDescription = teamDescriptions[name];
      return {
        name,
        teamId: idOf(`team-${name}`),
        organization,
        admins: membersOf(likeByApi, 'admin'),
        users: membersOf(likeByApi, 'user'),
      };
    }),
    actors: recordOf(actorNames, (name) => {
      const team = membershipOf(name)?.team;
      return { name, userId: idOf(name), ...minted(), ...(team === undefined ? {} : { team }) };
    }),
    keys: recordOf(keyNames, (name) => {
      const { team, ofShutOut }: KeyDescription = keyDescriptions[name];
      return {
        name,
        userId: ofShutOut === true ? shutOut.userId : null,
        ...minted(),
        ...(team === undefined ? {} : { team }),
      };
    }),
    shutOut,
    login: { email: `${idOf('internal_user')}@example.com`, password: randomBytes(12).toString('base64url') },
  };
}

/** Writes a world into a migrated database. */
export async function seedWorld(db: Queryable, world: World): Promise<void> {
  const by = { created_by: `${world.prefix}seed`, updated_by: `${world.prefix}seed` };
  await insertRow(db, 'LiteLLM_BudgetTable', { budget_id: world.budgetId, ...by });
  for (const { organizationId } of Object.values(world.organizations)) {
    await insertRow(db, 'LiteLLM_OrganizationTable', {
      organization_id: organizationId,
      organization_alias: organizationId,
      budget_id: world.budgetId,
      models: [],
      ...by,
    });
  }
  for (const team of Object.values(world.teams)) {
    const { likeByApi, permissions, blocked }: TeamDescription = teamDescriptions[team.name];
    if (likeByApi !== undefined) continue;
    const userIds = (names: readonly ActorName[]) => names.map((name) => world.actors[name].userId);
    await insertRow(db, 'LiteLLM_TeamTable', {
      team_id: team.teamId,
      team_alias: team.teamId,
      organization_id: world.organizations[team.organization].organizationId,
      ...teamMembers(userIds(team.admins), userIds(team.users)),
      models: [],
      ...(permissions === undefined ? {} : { team_member_permissions: permissions }),
      blocked: blocked ?? false,
    });
  }
  for (const name of actorNames) await seedActor(db, world, name);
  const { userId, key: creatorsKey } = world.creator;
  if (creatorsKey !== undefined) {
    await insertRow(db, 'LiteLLM_UserTable', { user_id: userId, user_role: 'proxy_admin', models: [] });
    await insertRow(db, 'LiteLLM_VerificationToken', {
      token: creatorsKey.hashed,
      key_name: `${userId}-key`,
      key_alias: `${userId}-alias`,
      user_id: userId,
      models: [],
    });
  }
  await insertRow(db, 'LiteLLM_UserTable', { user_id: world.shutOut.userId, user_role: 'internal_user', models: [] });
  for (const key of Object.values(world.keys)) await seedKey(db, world, key);
}

/**
 * Adds to a seeded world what is to be as LiteLLM's own routes make it.
 *
 * @param baseUrl a proxy on the world's database
 * @param masterKey of whom makes it where the world has no creator with a key of its own
 */
export async function furnishWorld(world: World, baseUrl: string, masterKey: string): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(new URL(path, baseUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${world.creator.key?.cleartext ?? masterKey}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} to the world’s creator: ${await answer.text()}`);
  };
  for (const { name, teamId, organization, admins, users } of Object.values(world.teams)) {
    const { likeByApi }: TeamDescription = teamDescriptions[name];
    if (likeByApi === undefined) continue;
    const membersOf = (role: 'admin' | 'user', names: readonly ActorName[]) =>
      names.map((actor) => ({ role, user_id: world.actors[actor].userId }));
    await post('/team/new', {
      team_id: teamId,
      team_alias: teamId,
      organization_id: world.organizations[organization].organizationId,
      members_with_roles: [...membersOf('admin', admins), ...membersOf('user', users)],
    });
  }
  for (const { name, cleartext: key, team } of Object.values(world.keys)) {
    const { serviceAccount, deleted }: KeyDescription = keyDescriptions[name];
    const alias = { key, key_alias: aliasOf(world, name) };
    if (serviceAccount === true && team !== undefined) {
      await post('/key/service-account/generate', { ...alias, team_id: world.teams[team].teamId });
    }
    if (deleted === true) {
      await post('/key/generate', alias);
      await post('/key/delete', { keys: [key] });
    }
  }
}

const aliasOf = ({ prefix }: World, name: WorldKeyName) => `${prefix}${name.replaceAll('_', '-')}-alias`;

async function seedKey(db: Queryable, world: World, { name, hashed, userId, team }: WorldKey): Promise<void> {
  const { serviceAccount, deleted, expired, blocked }: KeyDescription = keyDescriptions[name];
  if (serviceAccount === true || deleted === true) return;
  const { teamId, organization } = team === undefined ? { teamId: null } : world.teams[team];
  await insertRow(db, 'LiteLLM_VerificationToken', {
    token: hashed,
    key_name: aliasOf(world, name).replace('-alias', '-key'),
    key_alias: aliasOf(world, name),
    user_id: userId,
    team_id: teamId,
    organization_id: organization === undefined ? null : world.organizations[organization].organizationId,
    models: [],
    blocked: blocked ?? null,
    expires: expired === true ? new Date('2020-01-01T00:00:00Z') : null,
  });
}

/** How a team row names its members: in the arrays, as the reference suite does, and in the JSON that the gates read. */
export const teamMembers = (admins: readonly string[], users: readonly string[]) => ({
  admins,
  members: [...admins, ...users],
  members_with_roles: json([
    ...admins.map((userId) => ({ user_id: userId, role: 'admin' })),
    ...users.map((userId) => ({ user_id: userId, role: 'user' })),
  ]),
});

/** As `hash_password` of litellm/proxy/utils.py does; of another form it would be rewritten at the first login. */
const hashPassword = (password: string): string => {
  const salt = randomBytes(16);
  return `scrypt:${Buffer.concat([salt, scryptSync(password, salt, 32, { N: 16384, r: 8, p: 1 })]).toString('base64')}`;
};

async function seedActor(db: Queryable, world: World, name: ActorName): Promise<void> {
  const { userId, hashed } = world.actors[name];
  const description: ActorDescription = actorDescriptions[name];
  const { member } = description;
  const organization = member && world.organizations[member.organization].organizationId;
  const team = member?.team && world.teams[member.team].teamId;
  await insertRow(db, 'LiteLLM_UserTable', {
    user_id: userId,
    user_role: description.userRole,
    organization_id: organization ?? null,
    teams: team === undefined ? [] : [team],
    models: [],
    ...(name === 'internal_user'
      ? { user_email: world.login.email, password: hashPassword(world.login.password) }
      : {}),
  });
  if (member !== undefined && organization !== undefined) {
    await insertRow(db, 'LiteLLM_OrganizationMembership', {
      user_id: userId,
      organization_id: organization,
      user_role: member.organizationRole,
    });
  }
  if (team !== undefined) await insertRow(db, 'LiteLLM_TeamMembership', { user_id: userId, team_id: team });
  await insertRow(db, 'LiteLLM_VerificationToken', {
    token: hashed,
    key_name: `${userId}-key`,
    key_alias: `${userId}-alias`,
    user_id: userId,
    team_id: team ?? null,
    organization_id: organization ?? null,
    // The view that authentication reads from rejects NULL here.
    models: [],
    metadata: json(description.serviceAccount ? { service_account_id: userId } : {}),
  });
}
