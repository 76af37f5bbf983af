import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from '@playwright/test';

import { projectFolder } from '../../stack/home';
import { refuseCompromised } from '../../stack/release';
import { compromisedReleases, curatedReleases, defaultRelease, pythonsOf } from '../../stack/release/curated';
import { lockOf, locksFolder } from '../../stack/release/kept-locks';
import { requireSupportedPlatform } from '../../stack/release/platform';
import { pythonTools } from '../../stack/release/python-tools';

/** Each package of a lock with its lines: `name==version`, and the hashes below. */
const packagesOf = (lock: string): string[] =>
  readFileSync(lock, 'utf8')
    .split(/^(?=[a-z0-9])/im)
    .filter((entry) => /^[a-z0-9]/i.test(entry));

const locked = [...curatedReleases, ...Object.keys(pythonTools)];

test('every curated release and every tool has its lock, and every lock is of one of them', () => {
  expect(readdirSync(locksFolder).sort()).toEqual(locked.map((name) => `${name}.txt`).sort());
  expect(curatedReleases).toContain(defaultRelease);
});

for (const release of curatedReleases) {
  test(`the lock of ${release} pins that release, and the database client`, () => {
    const pins = packagesOf(lockOf(release)).map((entry) => entry.split(/\s/)[0]);
    expect(pins).toContain(`litellm==${release}`);
    expect(pins).toContain('prisma==0.11.0');
    expect(pythonsOf(release)).toContain('3.10');
  });
}

for (const lock of locked.map(lockOf)) {
  test(`${path.relative(projectFolder, lock)} has hashes for all, and no place of the machine it was made on`, () => {
    for (const entry of packagesOf(lock)) {
      expect(entry).toMatch(/^[A-Za-z0-9._-]+==\S+/);
      expect(entry).toMatch(/--hash=sha256:[0-9a-f]{64}/);
    }
    expect(readFileSync(lock, 'utf8')).not.toMatch(/^--|:\/\/|\s\//m);
  });
}

test('compromised releases are refused by name', () => {
  expect(compromisedReleases).toEqual(['1.82.7', '1.82.8']);
  for (const release of compromisedReleases)
    expect(() => {
      refuseCompromised(release);
    }).toThrow(`LiteLLM ${release} carried malicious code`);
  for (const release of curatedReleases) refuseCompromised(release);
});

test('platforms that no stack can be started on are refused, with what to do', () => {
  const on = (os: string, arch: string, glibc?: string) => () => {
    requireSupportedPlatform({ os, arch, glibc });
  };
  expect(on('win32', 'x64')).toThrow(/win32 x64\.\n.*WSL 2/);
  expect(on('linux', 'x64')).toThrow(/linux x64 with musl\.\n.*glibc/);
  expect(on('linux', 'ia32', '2.36')).toThrow(/Supported are/);
  expect(on('freebsd', 'x64')).toThrow(/Supported are/);
  expect(on('linux', 'arm64', '2.36')).not.toThrow();
  expect(on('darwin', 'arm64')).not.toThrow();
});
