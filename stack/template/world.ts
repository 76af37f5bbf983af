import { createHash, randomBytes } from 'node:crypto';

import { insertRow, json, type Queryable } from '../postgres/rows';

/** What every row of the world is named with. */
export const worldPrefix = 'behavior-pin-';

const organizationNames = ['a', 'b'] as const;
export type OrganizationName = (typeof organizationNames)[number];

const teamNames = ['alpha', 'beta', 'gamma'] as const;
export type TeamName = (typeof teamNames)[number];

interface Membership {
  readonly organization: OrganizationName;
  readonly organizationRole: 'internal_user' | 'org_admin';
  readonly team?: TeamName;
  readonly teamRole?: 'admin' | 'user';
}

interface ActorDescription {
  readonly userRole: 'proxy_admin' | 'org_admin' | 'internal_user';
  readonly member?: Membership;
  /** A key that says of itself that it is a service account's. */
  readonly serviceAccount?: true;
}

const inAlpha = { organization: 'a', organizationRole: 'internal_user', team: 'alpha' } as const;

/**
 * Who is who. `org_admin` as a *user* role cannot be given through the API; the reference suite seeds it so, and the
 * proxy's gates read it, so it is pinned.
 */
const actorDescriptions = {
  proxy_admin: { userRole: 'proxy_admin' },
  org_admin: { userRole: 'org_admin', member: { organization: 'a', organizationRole: 'org_admin' } },
  team_admin: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'admin' } },
  internal_user: { userRole: 'internal_user', member: { ...inAlpha, teamRole: 'user' } },
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

/** Which organization each team belongs to. Gamma has no members: the "same organization, not my team" target. */
const organizationOfTeam = { alpha: 'a', beta: 'b', gamma: 'a' } as const satisfies Record<TeamName, OrganizationName>;

/** A user of the world and its key. */
export interface Actor {
  readonly name: ActorName;
  readonly userId: string;
  /** The key itself, `sk-…`. */
  readonly cleartext: string;
  /** What the database holds of it: SHA-256, in hex. */
  readonly hashed: string;
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

/** What the template was seeded with. Nothing changes it. */
export interface World {
  readonly budgetId: string;
  readonly organizations: Readonly<Record<OrganizationName, Organization>>;
  readonly teams: Readonly<Record<TeamName, Team>>;
  readonly actors: Readonly<Record<ActorName, Actor>>;
}

/** How LiteLLM stores a key. */
export const hashToken = (cleartext: string): string => createHash('sha256').update(cleartext).digest('hex');

/** A key nobody has yet. */
export const mintCleartext = (): string => `sk-${randomBytes(24).toString('base64url')}`;

const membershipOf = (name: ActorName): Membership | undefined => {
  const description: ActorDescription = actorDescriptions[name];
  return description.member;
};

/** Makes a world with keys of its own. They are random, since one of them is a proxy admin's in somebody's database. */
export function imagineWorld(): World {
  const recordOf = <Name extends string, Thing>(names: readonly Name[], make: (name: Name) => Thing) =>
    Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Thing>;
  const membersOf = (team: TeamName, role: 'admin' | 'user') =>
    actorNames.filter((name) => membershipOf(name)?.team === team && membershipOf(name)?.teamRole === role);
  return {
    budgetId: `${worldPrefix}budget`,
    organizations: recordOf(organizationNames, (name) => ({ name, organizationId: `${worldPrefix}org-${name}` })),
    teams: recordOf(teamNames, (name) => ({
      name,
      teamId: `${worldPrefix}team-${name}`,
      organization: organizationOfTeam[name],
      admins: membersOf(name, 'admin'),
      users: membersOf(name, 'user'),
    })),
    actors: recordOf(actorNames, (name) => {
      const cleartext = mintCleartext();
      return { name, userId: `${worldPrefix}${name.replaceAll('_', '-')}`, cleartext, hashed: hashToken(cleartext) };
    }),
  };
}

/** Writes a world into an empty migrated database. */
export async function seedWorld(db: Queryable, world: World): Promise<void> {
  const by = { created_by: `${worldPrefix}seed`, updated_by: `${worldPrefix}seed` };
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
    const userIds = (names: readonly ActorName[]) => names.map((name) => world.actors[name].userId);
    await insertRow(db, 'LiteLLM_TeamTable', {
      team_id: team.teamId,
      team_alias: team.teamId,
      organization_id: world.organizations[team.organization].organizationId,
      ...teamMembers(userIds(team.admins), userIds(team.users)),
      models: [],
    });
  }
  for (const name of actorNames) await seedActor(db, world, name);
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
