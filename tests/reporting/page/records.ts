// A handful of behaviours, one for each thing that the page has to show.

import type { StepRecord } from '../../../fixtures/record';
import type { Behavior, BehaviorsFile } from '../../../reporting/behaviors-file';

/** Text that would be something else in a page that takes it for HTML, and in one that takes it for a script's end. */
export const hostile = `</title></script><script>document.title='taken over'</script><img src=x onerror="document.title='taken over'"><!--`;

interface Told extends Partial<Omit<Behavior, 'steps' | 'observed'>> {
  readonly status?: number;
  readonly detail?: string;
  readonly steps?: readonly StepRecord[];
  readonly observed?: null;
}

/** A step; what is left out is as nobody would notice it. */
export const step = (
  told: Partial<Omit<StepRecord, 'observed' | 'request'>> & {
    readonly request?: Partial<StepRecord['request']>;
    readonly observed?: Partial<StepRecord['observed']>;
  } = {},
): StepRecord => ({
  name: 'act',
  expected: { status: 200 },
  effects: [],
  differs: null,
  ...told,
  request: {
    method: 'POST',
    path: '/key/update',
    query: {},
    body: { key: '<hash scratch-key>' },
    headers: { authorization: 'Bearer <key of owner>' },
    ...told.request,
  },
  observed: { status: 200, detail: '', returned: null, body: { ok: true }, ...told.observed },
});

/** A behaviour of `POST /key/update` by `owner`, but for what is told. */
export function behavior({ status = 200, detail = '', observed, steps, ...told }: Told = {}): Behavior {
  const { profile = 'plain', family = 'matrix', route = 'POST /key/update', caller = 'owner' } = told;
  const { target = 'own key', variant = '' } = told;
  const seen = observed === null ? null : { status, detail };
  const act = step({
    expected: status < 400 ? { status } : { status, guard: detail },
    request: { method: route.split(' ')[0] ?? '', path: route.split(' ')[1] ?? '' },
    observed: { status, detail },
  });
  return {
    id: [profile, family, route, target, variant, caller].map(encodeURIComponent).join('/'),
    ...{ profile, family, route, caller, target, variant, tags: [`@${family}`, `@${caller}`] },
    expected: act.expected,
    observed: seen,
    effects: seen === null ? null : [],
    steps: steps ?? (seen === null ? [] : [act]),
    ...{ file: 'specs/keys/update.spec.ts', line: 12, outcome: 'passed', ms: 5 },
    ...told,
  };
}

const update = {
  op: 'update',
  table: 'LiteLLM_VerificationToken',
  id: '<hash scratch-key>',
  columns: { max_budget: [null, 7] },
};

export const behaviors: readonly Behavior[] = [
  // Several statuses in one cell, one of them twice.
  behavior({
    steps: [
      step({
        request: { body: { key: '<hash scratch-key>', max_budget: 7 } },
        observed: { returned: ['<scratch>-key'], body: { max_budget: 7 } },
        effects: [update],
      }),
      step({
        name: 'asks for itself',
        request: { method: 'GET', path: '/key/info', body: null, headers: { authorization: 'Bearer <key>' } },
      }),
    ],
  }),
  behavior({ target: 'key of another user', status: 403, detail: 'not authorized' }),
  behavior({ target: 'key in another team', status: 403, detail: 'not authorized', variant: 'by alias' }),
  // A refusal in an item of a success.
  behavior({
    route: 'POST /key/bulk_update',
    detail: 'key not found',
    steps: [
      step({
        expected: { status: 200, guard: 'not found', inItem: true },
        observed: { detail: 'key not found', body: { failed_updates: 1 } },
      }),
    ],
  }),
  behavior({ caller: 'no_header', status: 401, detail: 'No api key passed in.' }),
  behavior({
    caller: 'proxy_admin',
    family: 'F1',
    variant: 'max_budget of text',
    status: 422,
    detail: 'a valid number',
  }),
  behavior({ caller: 'proxy_admin', profile: 'tuned', family: 'configuration', line: 99 }),
  // Not as pinned.
  behavior({
    ...{ caller: 'team_admin', outcome: 'failed', status: 200 },
    steps: [
      step({
        expected: { status: 403, guard: 'not authorized' },
        differs: { aspect: 'status', pinned: '403', seen: '200' },
      }),
    ],
  }),
  behavior({ route: 'GET /team/info', caller: 'owner', outcome: 'failed', observed: null }),
  behavior({ route: 'GET /team/info', caller: 'team_admin', outcome: 'not-run', observed: null }),
  behavior({ route: 'GET /team/info', caller: 'proxy_admin', outcome: 'skipped', observed: null }),
  behavior({ route: 'GET /team/info', caller: 'internal_user', outcome: 'flaky' }),
  behavior({
    route: 'GET /team/info',
    ...{ caller: 'org_admin', variant: hostile, target: hostile, status: 500, detail: hostile },
    steps: [
      step({
        request: {
          path: '/team/info',
          body: hostile,
          headers: { 'x-hostile': hostile },
          written: { contentType: null },
        },
        expected: { status: 500, guard: hostile },
        observed: { status: 500, detail: hostile, body: hostile },
      }),
    ],
  }),
];

export const behaviorsFile: BehaviorsFile = {
  schema: 1,
  release: '1.106.0',
  curated: true,
  complete: false,
  filters: ['--grep=<key>'],
  workers: [2],
  wallSeconds: [74.4],
  scenarios: behaviors,
};
