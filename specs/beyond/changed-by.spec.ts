import {
  audited,
  auditedAs,
  byRelease,
  expect,
  keyRow,
  keyTargets,
  renamedTeam,
  scenario,
  inLargeParts,
  teamDeleted,
  teamMade,
  teamRenamed,
  teamTargets,
  test,
  updated,
  withMember,
  withRow,
  type Acting,
  type Caller,
  type Effect,
  type EffectsOf,
  type ScenarioDescription,
  type ScratchKey,
  type Stage,
  type TeamToBe,
  type TeamWithMember,
} from '../../fixtures';

inLargeParts();

// The header `litellm-changed-by` is for a program that acts for somebody. Audit rows believe it of a key whose metadata, or whose
// team's, say so (`_allows_litellm_changed_by_header`); but anybody writes what they like into the metadata of a key of their own
// (docs/findings.md). Copies of deleted keys and teams have a column for it, and believe everybody.

/** The same effects, noted as somebody else's. The key by which it was done is noted as well, and cannot be another. */
const inTheNameOf = (userId: string, effects: readonly Effect[], isBelieved: boolean): Effect[] =>
  effects.map((effect) => {
    const said = effect.table.startsWith('LiteLLM_Deleted')
      ? { litellm_changed_by: [null, userId] as const }
      : isBelieved && effect.table === 'LiteLLM_AuditLog'
        ? { changed_by: [null, userId] as const }
        : {};
    return { ...effect, columns: { ...effect.columns, ...said } };
  });

/** A change that may be said to be somebody else's. */
interface Change<T> {
  readonly route: string;
  readonly target: string;
  readonly callers: readonly Caller['name'][];
  readonly arrange: (stage: Stage) => T | Promise<T>;
  readonly act: (stage: Acting<T>) => ReturnType<ScenarioDescription<T>['act']>;
  /** As if nobody had said anything. */
  readonly effects: Readonly<Record<'<=1.87.0' | '>=1.106.0', EffectsOf<T>>>;
}

/** What is changed, and by which of the caller's keys. */
interface Said<T> {
  readonly on: T;
  readonly key: { readonly cleartext: string; readonly hashed: string };
}

/** The change as the caller does it with that key, and says that it is somebody else's. */
const saying = <T>(stage: Acting<Said<T>>): Acting<T> => {
  const { asOther, caller, target, world } = stage;
  const { on, key } = target;
  const headers = {
    authorization: `Bearer ${key.cleartext}`,
    'litellm-changed-by': world.actors.cross_org_user.userId,
  };
  return { ...stage, target: on, as: asOther({ ...key, headers }), caller: { ...caller, ...key } };
};

/** The caller makes a key of which it says itself that it is to be believed. */
async function keyThatMaySaySo({ as, caller }: Stage): Promise<Said<unknown>['key']> {
  const { body } = await as.post('/key/generate', {
    user_id: caller.userId,
    metadata: { allow_litellm_changed_by_header: true },
  });
  const { key, token_id: hashed } = body as { key: string; token_id: string };
  return { cleartext: key, hashed };
}

function saidToBeAnothers<T>({ callers, arrange, act, effects, ...change }: Change<T>): void {
  for (const caller of callers) {
    for (const isAllowed of [false, true]) {
      const noted =
        (as: EffectsOf<T>): EffectsOf<Said<T>> =>
        (stage) =>
          inTheNameOf(stage.world.actors.cross_org_user.userId, as(saying(stage)), isAllowed);
      const { title, details, run } = scenario<Said<T>>({
        ...change,
        family: 'beyond',
        variant: `said to be somebody else’s${isAllowed ? ', by a key that may say so' : ''}`,
        caller,
        arrange: async (stage) => ({
          on: await arrange(stage),
          key: isAllowed ? await keyThatMaySaySo(stage) : stage.caller,
        }),
        act: (stage) => act(saying(stage)),
        expected: { status: 200 },
        effects: { '<=1.87.0': noted(effects['<=1.87.0']), '>=1.106.0': noted(effects['>=1.106.0']) },
      });
      test(title, details, run);
    }
  }
}

const created = (stage: Stage) =>
  auditedAs('created', keyRow('<hash>'), stage.caller, { after: expect.objectContaining({ token_id: '<hash>' }) });
const isOwner = ({ caller }: Stage) => caller.name === 'owner';
const ownKey = {
  target: keyTargets.own.what,
  arrange: keyTargets.own.arrange,
  callers: ['proxy_admin', 'owner'],
} as const;
const teamsKey = {
  target: keyTargets.ofOwnerInAlpha.what,
  arrange: keyTargets.ofOwnerInAlpha.arrange,
  callers: ['proxy_admin', 'team_admin'],
} as const;
const parallel = { max_parallel_requests: 7 };
/** 1.87.0 calls the key in the audit log what the request called it. */
const keyChanged = (
  columns: Effect['columns'],
  told: Readonly<Record<string, unknown>>,
): Change<ScratchKey>['effects'] => ({
  '<=1.87.0': ({ target, caller }) => [
    updated(target.row, columns),
    audited(target.row, caller, told, target.cleartext),
  ],
  '>=1.106.0': ({ target, caller }) => [updated(target.row, columns), audited(target.row, caller, told)],
});

saidToBeAnothers<undefined>({
  route: 'POST /key/generate',
  target: 'no team',
  callers: ['proxy_admin', 'owner'],
  arrange: () => undefined,
  act: ({ as, scratch }) => as.post('/key/generate', { key_alias: scratch.tag('made') }),
  effects: byRelease<undefined>(({ made }) => (stage) => [
    made({
      key_alias: stage.scratch.tag('made'),
      user_id: isOwner(stage) ? stage.caller.userId : null,
      created_by: stage.caller.userId,
      updated_by: stage.caller.userId,
    }),
    created(stage),
  ]),
});

saidToBeAnothers<ScratchKey>({
  ...ownKey,
  route: 'POST /key/update',
  act: ({ as, target }) => as.post('/key/update', { key: target.cleartext, ...parallel }),
  effects: keyChanged({ max_parallel_requests: [null, 7] }, parallel),
});

saidToBeAnothers<ScratchKey>({
  ...ownKey,
  callers: ['proxy_admin'],
  route: 'POST /key/bulk_update',
  act: ({ as, target }) => as.post('/key/bulk_update', { keys: [{ key: target.cleartext, max_budget: 7 }] }),
  effects: keyChanged({ max_budget: [null, 7] }, { max_budget: 7 }),
});

saidToBeAnothers<ScratchKey>({
  ...ownKey,
  route: 'POST /key/delete',
  act: ({ as, target }) => as.post('/key/delete', { keys: [target.cleartext] }),
  effects: byRelease<ScratchKey>(({ removed, archived }) => ({ target, caller }) => [
    removed(target),
    archived(target, caller),
    auditedAs('deleted', target.row, caller),
  ]),
});

for (const [route, send] of [
  ['POST /key/regenerate', ({ as, target }) => as.post('/key/regenerate', { key: target.cleartext })],
  ['POST /key/{key:path}/regenerate', ({ as, target }) => as.post(`/key/${target.hashed}/regenerate`, {})],
] as const satisfies readonly [string, Change<ScratchKey>['act']][]) {
  saidToBeAnothers<ScratchKey>({
    ...ownKey,
    route,
    act: send,
    effects: byRelease<ScratchKey>(({ archived }) => ({ target, caller }) => [
      updated(keyRow('<hash>'), { token: [target.hashed, '<hash>'], key_name: ['<key name>', '<key name>'] }),
      archived(target, caller),
      auditedAs('rotated', target.row, caller, { after: expect.objectContaining({ token_id: '<hash>' }) }),
    ]),
  });
}

for (const [name, action, before, after] of [
  ['block', 'blocked', null, true],
  ['unblock', 'unblocked', true, false],
] as const) {
  saidToBeAnothers<ScratchKey>({
    ...teamsKey,
    arrange: async (stage) => withRow({ blocked: before })(stage, await teamsKey.arrange(stage)),
    route: `POST /key/${name}`,
    act: ({ as, target }) => as.post(`/key/${name}`, { key: target.cleartext }),
    effects: byRelease<ScratchKey>(() => ({ target, caller }) => [
      updated(target.row, { blocked: [before, after] }),
      auditedAs(action, target.row, caller),
    ]),
  });
}

saidToBeAnothers<TeamToBe>({
  route: 'POST /team/new',
  target: 'no organization',
  callers: ['proxy_admin'],
  arrange: () => ({ organizationId: undefined }),
  act: ({ as, scratch }) => {
    const teamId = scratch.tag('made');
    return as.post('/team/new', { team_id: teamId, team_alias: teamId });
  },
  effects: teamMade,
});

for (const [route, send] of [
  ['POST /team/update', ({ as, target }) => as.post('/team/update', { team_id: target.teamId, ...renamedTeam })],
  [
    'PATCH /team/{team_id}',
    ({ as, target }) => as.send({ method: 'PATCH', path: `/team/${target.teamId}`, body: renamedTeam }),
  ],
] as const satisfies readonly [string, Change<TeamWithMember>['act']][]) {
  saidToBeAnothers<TeamWithMember>({
    route,
    target: teamTargets.likeAlpha.what,
    callers: ['proxy_admin'],
    arrange: async (stage) => withMember(stage, await teamTargets.likeAlpha.arrange(stage)),
    act: send,
    effects: { '<=1.87.0': teamRenamed, '>=1.106.0': teamRenamed },
  });
}

saidToBeAnothers<TeamWithMember>({
  route: 'POST /team/delete',
  target: teamTargets.likeAlpha.what,
  callers: ['proxy_admin'],
  arrange: async (stage) => withMember(stage, await teamTargets.likeAlpha.arrange(stage)),
  act: ({ as, target }) => as.post('/team/delete', { team_ids: [target.teamId] }),
  effects: teamDeleted,
});
