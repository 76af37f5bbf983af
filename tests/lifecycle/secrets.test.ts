import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { strFromU8, unzipSync } from 'fflate';

import { readBehaviors } from '../../reporting/behaviors-file';
import { projectFolder } from '../../stack/home';
import { npmScript } from '../support/npm-script';
import { expect, sessionOf, test, type NestedRun } from './nested-run';

/** A text, and where it was: a file, and what it was packed in there. */
interface Found {
  readonly where: string;
  readonly text: string;
}

/** Everything that can be read in a file, unpacked: archives, and archives and texts that are written as base64. */
function textsIn(where: string, content: Uint8Array, depth = 0): Found[] {
  if (content[0] === 0x50 && content[1] === 0x4b) {
    return Object.entries(unzipSync(content)).flatMap(([name, part]) => textsIn(`${where}!${name}`, part, depth));
  }
  const text = strFromU8(content, true);
  const packed = depth > 2 ? [] : text.match(/[A-Za-z0-9+/]{40,}={0,2}/g);
  return [
    { where, text },
    ...(packed ?? []).flatMap((part) => textsIn(`${where}!base64`, Buffer.from(part, 'base64'), depth + 1)),
  ];
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Has what a run saw held against answers that are all otherwise, so that the drift tells all that it can. */
function writeDrift({ output }: NestedRun): void {
  const file = path.join(output, 'report', 'behaviors.json');
  const otherwise = path.join(output, 'report', 'otherwise.json');
  const seen = readBehaviors(file);
  const scenarios = seen.scenarios.map((behavior) => ({
    ...behavior,
    steps: behavior.steps.map((step) => ({ ...step, observed: { ...step.observed, status: 599 } })),
  }));
  writeFileSync(otherwise, JSON.stringify({ ...seen, scenarios }));
  const [npm, ...words] = npmScript('drift', file, otherwise, '--out', path.join(output, 'drift'));
  const { status, stdout, stderr } = spawnSync(npm, words, { cwd: projectFolder, encoding: 'utf8' });
  expect(status, stdout + stderr).toBe(1);
  writeFileSync(path.join(output, 'drift', 'said'), stdout + stderr);
}

test('no report and no log tells a key', async ({ nested }) => {
  const planted = `planted+${randomBytes(12).toString('hex')}/key`;
  const run = nested({
    // A trace would hold it all.
    options: ['--trace=on'],
    environment: {
      ...{ NESTED_PLANTED: planted, NESTED_MATCH: '**/{busy.nested,secrets.alone}.ts' },
      RUN_COUNTS: 'counts.json',
    },
  });
  await run.untilSigns('busy-owner', 'busy-team_admin');
  const session = sessionOf(run);
  process.kill(run.first('proxy').pid, 'SIGKILL');
  // The one whose proxy that was has failed; it might have had its last answer.
  await run.untilSaid('✘');
  run.sign('enough');
  expect(await run.ended, run.said).toEqual({ code: 1, signal: null });
  await run.expectNothingLeft(performance.now());
  expect(run.results.map(({ status }) => status)).toEqual(expect.arrayContaining(['passed', 'failed', 'timedOut']));
  expect(run.results.map(({ errors }) => errors).join('\n')).toContain('got no answer');
  const { failures } = JSON.parse(readFileSync(path.join(run.output, 'counts.json'), 'utf8')) as { failures: string[] };
  expect(failures.join('\n')).toMatch(/^tests\/lifecycle\/nested\/busy\.nested\.ts:\d+ .*got no answer/m);
  writeDrift(run);

  const texts: Found[] = [
    { where: 'standard output', text: run.said },
    ...[run.output, session.logs].flatMap(filesUnder).flatMap((file) => textsIn(file, readFileSync(file))),
  ];
  /** Where it is, and between what, without itself. */
  const placesOf = (secret: string): string[] => {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    return texts.flatMap(({ where, text }) => {
      const form = forms.find((one) => text.includes(one));
      if (form === undefined) return [];
      const at = text.indexOf(form);
      const around = text.slice(Math.max(0, at - 200), at + form.length + 50).replaceAll(form, '<it>');
      return [`${where.replace(run.output, '')}: ${around}`];
    });
  };
  // Whoever looks has to be able to see.
  const seen = placesOf(planted).join('\n');
  for (const place of [
    'playwright-report/index.html!base64!',
    'playwright-report/data/',
    'blob-report/',
    'results.json',
    'test-results/',
    'standard output',
  ])
    expect(seen).toContain(place);
  for (const place of [
    ...['behaviors.json', 'behaviors.sarif', 'junit.xml', 'summary.md'].map((name) => `report/${name}`),
    ...['index.html', 'drift.md', 'drift.json', 'said'].map((name) => `drift/${name}`),
    ...['supervisor.log', 'proxy-plain-0'],
  ])
    expect(texts.map(({ where }) => where).join('\n')).toContain(place);

  const minted = readFileSync(path.join(run.temporary, 'minted'), 'utf8').trim().split('\n');
  // Two keys, a JWT, and the key in it.
  expect(minted).toHaveLength(4);
  const secrets = [
    session.masterKey,
    ...minted,
    ...Object.values({ ...session.world.actors, ...session.world.keys }).map(({ cleartext }) => cleartext),
    session.world.login.password,
  ];
  const told = secrets.flatMap((secret, nth) => placesOf(secret).map((place) => `${nth}: ${place}`));
  expect(told).toEqual([]);
  expect(existsSync(run.output) && filesUnder(run.output).filter((file) => file.includes('trace'))).toEqual([]);
});
