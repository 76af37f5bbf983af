import { expect, test } from '@playwright/test';

import { annotationsOf } from '../../reporting/annotations';
import type { Behavior } from '../../reporting/behaviors-file';
import { inOneLine, type Run } from '../../reporting/run';
import { summaryOf } from '../../reporting/summary';
import { behavior, run, unanswered } from './made-runs';

const opened = ['status', '403', '200'] as const;

/** As many callers of a route who are refused, of whom the first few are not any more. */
const refusals = (route: string, count: number, letIn: number): Behavior[] =>
  Array.from({ length: count }, (_, n) =>
    behavior({
      ...{ route, caller: `caller${n}`, pinned: 403 },
      ...(n < letIn && { seen: 200, differs: opened }),
    }),
  );

/** Lines of GitHub's commands, without the workspace. */
const annotations = (of: Run, isShard = false): string[] => annotationsOf(of, (file) => `sub/${file}`, { isShard });

test('a summary says what ran, and how it ended', () => {
  const summary = summaryOf(
    run([
      behavior({ caller: 'owner' }),
      behavior({ caller: 'team_key', pinned: 403 }),
      behavior({ caller: 'no_header', pinned: 401 }),
      behavior({ caller: 'team_admin', pinned: 200, guard: 'not yours', detail: 'not yours' }),
      // What some routes say of a success is no refusal.
      behavior({ caller: 'proxy_admin', pinned: 200, detail: 'Updated' }),
      unanswered({ caller: 'master_key', outcome: 'skipped' }),
    ]),
  );
  expect(summary).toBe(
    [
      '## Behaviour of LiteLLM 1.106.0',
      '',
      '**✅ 5 scenarios asked, and nothing failed.**',
      '',
      '- **Release**: 1.106.0, curated',
      '- **Run**: the whole suite',
      '- **Scenarios**: 5 passed, 0 failed, 1 skipped',
      '- **Refusals seen**: 1 with 401, 1 with 403, 1 inside a success',
      '- **Time**: 7 min 29 s with 2 workers',
      '',
      'Requests, answers and effects of all: `report/index.html` of this run. To see some of it again: `npx playwright test -g "POST /key/update"`.',
      '',
    ].join('\n'),
  );
});

test('a summary says what a run is not', () => {
  const part = { release: '1.90.0', curated: false, complete: false, filters: ['--grep=a`b'] };
  const summary = summaryOf(run([behavior({})], { file: { ...part, workers: [2, 2], wallSeconds: [59.6, 12] } }));
  expect(summary).toContain('**✅ 1 scenario asked, and nothing failed.** That is not the whole suite.');
  expect(summary).toContain('- **Release**: 1.90.0, not curated');
  expect(summary).toContain('- **Run**: a part of the suite: `` --grep=a`b ``');
  expect(summary).toContain('- **Time**: 2 runs with 2 workers each, the longest 1 min 0 s');
  expect(summary).toContain('> Nobody has decided what this release is to answer');
  expect(summaryOf(run([]))).toContain('**❌ No scenario was asked.**');
});

test('a summary says whose configuration was tried, in whichever characters', () => {
  const configuration = 'my `own`.yaml';
  expect(summaryOf(run([behavior({})], { file: { curated: false, configuration } }))).toContain(
    '- **Release**: 1.106.0, not curated\n- **Configuration**: `` my `own`.yaml `` in the place of plain\n- **Run**',
  );
});

test('what an answer says otherwise is told from where it does', () => {
  const summary = summaryOf(run([behavior({ differs: ['body', '{"spend":0}', '{"spend":7}'] })]));
  expect(summary).toContain('### Other bodies of answers\n\n- `GET /key/info`\n  - 1 answer with another body: ');
  expect(summary).not.toContain('OPENED');
});

test('what was opened stands before all else, however many routes come first', () => {
  const summary = summaryOf(
    run([
      behavior({ route: 'GET /a', differs: ['status', '200', '500'] }),
      ...refusals('POST /z', 40, 3),
      behavior({ route: 'POST /bulk', pinned: 200, guard: 'not yours', differs: ['guard', 'not yours', ''] }),
    ]),
  );
  expect(summary).toContain('**⚠ 4 refusals became successes.**');
  expect(summary).toContain('### ⚠ OPENED: what was refused is done now\n\n- `POST /');
  expect(summary).toContain('- `POST /z`\n  - 3 of 40 went 403 → 200<br>callers: caller0, caller1, caller2');
  expect(summary).toContain('- `POST /bulk`\n  - the only refusal went 200 with a refusal in it → 200<br>owner');
  expect(summary).toContain(
    '### Closed: what was done is refused now\n\n- `GET /a`\n  - the only success went 200 → 500<br>owner',
  );
  expect(summary.indexOf('POST /z')).toBeLessThan(summary.indexOf('GET /a'));
});

test('Markdown, mentions and mathematics in what a proxy says stay text', () => {
  const differs = ['guard', 'a', '<img> | *b* `c` $d$ @litellm [e](f)\nnext'] as const;
  expect(summaryOf(run([behavior({ pinned: 403, differs })]))).toContain(
    '"\\<img\\> \\| \\*b\\* \\`c\\` \\$d\\$ @<!-- -->litellm \\[e\\]\\(f\\) next"',
  );
});

test('a summary has room in a comment, and says what it leaves out', () => {
  const many = Array.from({ length: 400 }, (_, route) => [
    ...refusals(`POST /route/${route}`, 3, 2),
    behavior({ route: `GET /route/${route}`, differs: ['returned', 'x'.repeat(300), 'y'.repeat(300)] }),
  ]).flat();
  const silent = Array.from({ length: 50 }, (_, n) => unanswered({ target: `z${n}` }));
  const summary = summaryOf(run([...many, ...silent]));
  expect(summary.length).toBeLessThan(60_000);
  expect(summary.length).toBeGreaterThan(50_000);
  const told = summary.split('\n').filter((line) => line.startsWith('  - '));
  const leftOut = /^… and (\d+) lines more, about (\d+) scenarios, left out here\.$/m.exec(summary);
  const scenarios = told.map((line) => (line.includes('→ 200') ? 2 : 1)).reduce((a, b) => a + b, 0);
  expect(told.length + Number(leftOut?.[1])).toBe(800);
  expect(scenarios + Number(leftOut?.[2])).toBe(1200);
  expect(summary).toContain('- … and 30 more');
  expect(summary).toContain('`report/index.html`');
});

test('what is not judged is told as that', () => {
  const summary = summaryOf(run([behavior({ pinned: 403, differs: opened, outcome: 'passed' })]));
  expect(summary).toContain('**✅ 1 scenario asked, and nothing failed.**');
  expect(summary).toContain(
    '### What differs and is not judged\n\n\n#### ⚠ OPENED: what was refused is done now\n\n- `GET /key/info`\n',
  );
});

test('what ended without an answer, passed at another attempt or belongs to no scenario is told as what it is', () => {
  const slow = unanswered({ target: 'slow one' });
  const flaky = behavior({ target: 'flaky one', outcome: 'flaky' });
  const failures = new Map([
    [slow.id, 'Test timeout of 30000ms exceeded.'],
    [flaky.id, 'connect ECONNREFUSED'],
  ]);
  const odd = run([slow, flaky], { failures, errors: ['The stack did not start.'] });
  const summary = summaryOf(odd);
  expect(summary).toContain('**❌ The run itself went wrong.**');
  expect(summary).toContain('- The stack did not start.');
  expect(summary).toContain(
    '- owner → GET /key/info · slow one (`specs/keys/info.spec.ts:67`)<br>ended without an answer to judge: Test timeout of 30000ms exceeded.',
  );
  expect(summary).toContain('<br>passed at another attempt: connect ECONNREFUSED');
  expect(annotations(odd)).toEqual([
    '::error title=The run itself went wrong::The stack did not start.',
    '::error file=sub/specs/keys/info.spec.ts,line=67,title=1 scenario ended without an answer to judge::Test timeout of 30000ms exceeded.%0AThe first of them: owner → GET /key/info · slow one',
    '::error file=sub/specs/keys/info.spec.ts,line=67,title=1 scenario passed at another attempt::connect ECONNREFUSED%0AThe first of them: owner → GET /key/info · flaky one',
  ]);
});

test('an annotation tells of all that is alike, at the first one’s line', () => {
  expect(annotations(run(refusals('POST /key/update', 5, 3)))).toEqual([
    '::error file=sub/specs/keys/info.spec.ts,line=67,title=⚠ OPENED%3A POST /key/update%3A 3 of 5 went 403 → 200::callers: caller0, caller1, caller2%0AThe first of them: caller0 → POST /key/update',
  ]);
});

test('of hundreds of failures there are ten annotations, the last of which counts the rest', () => {
  const many = Array.from({ length: 300 }, (_, n) => refusals(`POST /route/${n}`, 2, 2)).flat();
  const lines = annotations(run(many));
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toMatch(/^::error title=582 more scenarios failed%2C in 291 other ways::/);
});

test('a shard leaves its scenarios to whoever merges them', () => {
  const failing = run(refusals('POST /key/update', 5, 3), { errors: ['The stack did not start.'] });
  expect(annotations(failing, true)).toEqual(['::error title=The run itself went wrong::The stack did not start.']);
});

test('where nothing is judged, one notice tells of all', () => {
  const [line, ...more] = annotations(
    run(refusals('POST /a', 3, 3).map((one) => ({ ...one, outcome: 'passed' as const }))),
  );
  expect(more).toEqual([]);
  expect(line).toBe(
    '::notice title=3 scenarios not as pinned%2C and not judged::report/summary.md of this run tells of them.',
  );
});

test('an error is told in a line, without what could be a secret', () => {
  const message = `\u001b[31mError: refused sk-${'a'.repeat(20)}\n  by postgres://u:word@host/db\u001b[39m\n\n  at there`;
  expect(inOneLine({ message })).toBe('refused <key> by postgres://u:<hidden>@host/db');
  expect(inOneLine({ message: 'x'.repeat(1000) })).toHaveLength(501);
});
