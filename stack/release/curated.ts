import { eq, explain, valid } from '@renovatebot/pep440';

/** Versions of Python that this project knows about, newest first. */
export const pythonMinors = ['3.14', '3.13', '3.12', '3.11', '3.10'] as const;

/** A version of Python as far as bytecode and wheels care. */
export type PythonMinor = (typeof pythonMinors)[number];

/** The releases whose expectations this project keeps, and the Pythons that each declares to run on. */
const pythonsOfCurated = {
  '1.87.0': ['3.13', '3.12', '3.11', '3.10'],
  '1.106.0': ['3.14', '3.13', '3.12', '3.11', '3.10'],
} as const satisfies Record<string, readonly PythonMinor[]>;

export type CuratedRelease = keyof typeof pythonsOfCurated;

/** The releases whose expectations this project keeps, oldest first. */
export const curatedReleases = ['1.87.0', '1.106.0'] as const satisfies readonly CuratedRelease[];

/** Whether a release's expectations are kept. */
export const isCurated = (release: string): boolean => curatedReleases.some((curated) => curated === release);

/** The curated release whose number is nearest to a release's: itself, where it is curated; of two as near, the older one. */
export function nearestCurated(release: string): CuratedRelease {
  const distanceOf = (curated: string) => distanceBetween(curated, release);
  return curatedReleases.reduce((nearest, other) => (distanceOf(other) < distanceOf(nearest) ? other : nearest));
}

/** How far two releases are from each other, by their numbers. */
export const distanceBetween = (one: string, other: string): number => Math.abs(placeOf(one) - placeOf(other));

/** Where a release stands among all: hundreds of minor and of patch versions are told apart. */
const placeOf = (release: string): number => {
  const [major = 0, minor = 0, patch = 0] = explain(release)?.release ?? [];
  return (major * 1000 + minor) * 1000 + patch;
};

/** Whether a text is a version of LiteLLM as PyPI names it, such as `1.87.0` or `1.83.4rc1`; there need be none of that name. */
export const isReleaseName = (text: string): boolean => /^\d+\.\d+\.\d+(?!\.)/.test(text) && valid(text) === text;

/** The release under test when nobody says otherwise. */
export const defaultRelease = '1.106.0' satisfies CuratedRelease;

/** The Pythons that a release runs on; what 1.87.0 takes, where this project has not looked. */
export const pythonsOf = (release: string): readonly PythonMinor[] =>
  (pythonsOfCurated as Partial<Record<string, readonly PythonMinor[]>>)[release] ?? pythonsOfCurated['1.87.0'];

/** Releases that carried credential-stealing code on PyPI, in March 2026. */
export const compromisedReleases = ['1.82.7', '1.82.8'] as const;

/** However it is written: to an installer `v1.82.7` and `1.82.7.0` are the same as `1.82.7`. */
export const isCompromised = (release: string): boolean =>
  valid(release) !== null && compromisedReleases.some((bad) => eq(release, bad));
