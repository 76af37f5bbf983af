// Which known weakness a release would have where a scenario is not as it is pinned: in the terms of the OWASP API Security
// Top 10 of 2023 and of the Common Weakness Enumeration.

import { proxyAdmins, turnedAwayNames } from '../fixtures/callers';
import type { Behavior } from './behaviors-file';
import { differenceOf, type Change } from './drift/changes';

/** A weakness, for people who sort findings by such. */
export interface Weakness {
  /** Begins the names of the rules that are about it. */
  readonly id: string;
  /** What it is called, as a sentence's beginning. */
  readonly title: string;
  /** What a scenario of it pins. */
  readonly pins: string;
  /** Left out: none of the ten. */
  readonly owasp?: OwaspId;
  readonly cwe: CweId;
  /** Where it opens, from 0 to 10, as CVSS would score a typical one; GitHub makes low to critical of it. */
  readonly severity: number;
}

export type OwaspId = keyof typeof owaspTitles;
export type CweId = keyof typeof cweTitles;

/** Those of the ten that scenarios are about. */
export const owaspTitles = {
  'API1:2023': 'Broken Object Level Authorization',
  'API2:2023': 'Broken Authentication',
  'API3:2023': 'Broken Object Property Level Authorization',
  'API4:2023': 'Unrestricted Resource Consumption',
  'API5:2023': 'Broken Function Level Authorization',
} as const;

export const cweTitles = {
  20: 'Improper Input Validation',
  213: 'Exposure of Sensitive Information Due to Incompatible Policies',
  285: 'Improper Authorization',
  287: 'Improper Authentication',
  613: 'Insufficient Session Expiration',
  639: 'Authorization Bypass Through User-Controlled Key',
  770: 'Allocation of Resources Without Limits or Throttling',
  915: 'Improperly Controlled Modification of Dynamically-Determined Object Attributes',
} as const;

export const weaknesses = {
  objectLevel: {
    id: 'object-level',
    title: 'Object level authorization (BOLA)',
    pins: 'The caller may do this to some of these objects and not to others, or sees some and not others.',
    owasp: 'API1:2023',
    cwe: 639,
    severity: 8.1,
  },
  functionLevel: {
    id: 'function-level',
    title: 'Function level authorization (BFLA)',
    pins: 'The caller may not do this at all, whatever it is done to, while others may.',
    owasp: 'API5:2023',
    // OWASP’s own choice. Its children, "missing" and "incorrect", cannot be told apart from outside.
    cwe: 285,
    severity: 8.8,
  },
  propertyWritten: {
    id: 'property-written',
    title: 'Object property level authorization (BOPLA), writing',
    pins: 'The caller may do this, but not with every field and every value in it.',
    owasp: 'API3:2023',
    cwe: 915,
    severity: 7.6,
  },
  propertyRead: {
    id: 'property-read',
    title: 'Object property level authorization (BOPLA), reading',
    pins: 'The caller may ask for this, but not for every field of it.',
    owasp: 'API3:2023',
    cwe: 213,
    severity: 6.5,
  },
  authentication: {
    id: 'authentication',
    title: 'Authentication',
    pins: 'Who asks is not known, or known from this part of the request alone.',
    owasp: 'API2:2023',
    cwe: 287,
    severity: 9.1,
  },
  revocation: {
    id: 'revocation',
    title: 'End of a power',
    pins: 'A power that was taken away is gone: at once, or after as long as a cache holds.',
    owasp: 'API2:2023',
    cwe: 613,
    severity: 7.1,
  },
  consumption: {
    id: 'consumption',
    title: 'Budgets and rates',
    pins: 'A stored limit keeps its holder from spending or asking more.',
    owasp: 'API4:2023',
    cwe: 770,
    severity: 6.5,
  },
  input: {
    id: 'input',
    title: 'Input validation',
    pins: 'This is refused to everybody, whoever asks.',
    cwe: 20,
    severity: 4.3,
  },
} as const satisfies Record<string, Weakness>;

/** May do everything: where it is refused something, that is not because of who asks. */
const mayDoEverything: readonly string[] = proxyAdmins;

const turnedAway: readonly string[] = turnedAwayNames;

/** Families that are about what a request carries. (Those at the boundary are of the family `beyond`.) */
const isAboutProperties = ({ family }: Behavior): boolean => /^(privilege|beyond|F\d\+?)$/.test(family);

/** Settings that decide who a caller is, and who may use a route at all; all others are about what a request carries. */
const flagsOfAuthentication = ['custom_auth'];
const flagsOfFunctions = [
  'admin_only_routes',
  'public_routes',
  'available_teams',
  'disable_key_generate_for_org_admin',
];

/** Tells of changes which weakness they are about; undefined: of none, as an effect or a body that differs in an allowed success. */
export type WeaknessOf = (behavior: Behavior, change: Change) => Weakness | undefined;

/**
 * Sorts the scenarios of a run. What is looked at is what is pinned, not what was seen:
 *
 * - callers who are turned away at the door, tokens of an issuer, headers: **authentication**
 * - family `revocation`: **the end of a power**
 * - family `enforcement`: refused with 401 or 403, as models and routes are, **function level**; else **budgets and rates**
 * - families `F…`, `beyond`, `privilege`, and settings: **property level**, read or written; a later use that was refused with
 *   401 or 403 is **function level**, of whoever was granted something there
 * - `matrix`: a caller refused on some targets of a route and allowed on others, **object level**, so too whose data a list shows;
 *   refused on all, **function level**
 *
 * A proxy admin may do everything, so what is refused to one as well, such as what is done to a ghost, is no matter of who asks:
 * among payloads it is **input validation**, elsewhere nothing. In a run of a part of the suite, that part alone is looked at.
 */
export function sorted(scenarios: readonly Behavior[]): WeaknessOf {
  const refusedToAdmins = new Set(scenarios.filter((one) => isAdmins(one) && isRefused(one)).map(requestOf));
  const answers = answersOf(scenarios.filter((one) => !refusedToAdmins.has(requestOf(one))));
  const isRead = readsOf(scenarios);

  return (behavior, change) => {
    const { family, profile, caller, route, tags } = behavior;
    const flag = tags.find((tag) => tag.startsWith('@flag:'))?.slice('@flag:'.length) ?? '';
    const isByPayload = isAboutProperties(behavior) || family === 'configuration';
    const isForAll = isAdmins(behavior) || refusedToAdmins.has(requestOf(behavior));

    if (turnedAway.includes(caller) || profile === 'jwt' || flagsOfAuthentication.includes(flag)) {
      return weaknesses.authentication;
    }
    // An allowed success that changes other rows or says something else; of what a payload may carry, that is what it is about.
    const step = behavior.steps.find((one) => one.name === change.step && differenceOf(one) !== undefined) ?? behavior;
    if (['effects', 'body'].includes(change.aspect) && !isRefused(step) && (!isByPayload || isForAll)) return undefined;
    if (family === 'revocation') return weaknesses.revocation;
    if (family === 'enforcement') return isByAuthorization(change) ? weaknesses.functionLevel : weaknesses.consumption;
    // A later use is of somebody who was granted something, or has lost it.
    if (flagsOfFunctions.includes(flag) || (change.step !== 'act' && isByAuthorization(change))) {
      return weaknesses.functionLevel;
    }
    if (isByPayload) {
      if (isForAll) return weaknesses.input;
      return isRead(route) ? weaknesses.propertyRead : weaknesses.propertyWritten;
    }
    if (behavior.file.startsWith('specs/authentication/')) return weaknesses.authentication;
    if (isForAll) return undefined;
    const { allowed, refused } = answers(behavior);
    if (change.aspect === 'returned' || (allowed && refused)) return weaknesses.objectLevel;
    return refused ? weaknesses.functionLevel : undefined;
  };
}

const isAdmins = ({ caller }: Behavior): boolean => mayDoEverything.includes(caller);

/** As it is pinned; where nobody has looked at the release, as it was seen. */
function isRefused({ expected, observed }: Pick<Behavior, 'expected' | 'observed'>): boolean {
  if (expected === null) return (observed?.status ?? 0) >= 400;
  return expected.status >= 400 || expected.inItem === true;
}

/** The request, whoever asks. */
const requestOf = ({ profile, family, route, target, variant }: Behavior): string =>
  JSON.stringify([profile, family, route, target, variant]);

function answersOf(scenarios: readonly Behavior[]) {
  const keyOf = ({ profile, route, caller }: Behavior) => JSON.stringify([profile, route, caller]);
  const allowed = new Set<string>();
  const refused = new Set<string>();
  for (const one of scenarios.filter(({ family }) => family === 'matrix')) {
    (isRefused(one) ? refused : allowed).add(keyOf(one));
  }
  return (one: Behavior) => ({ allowed: allowed.has(keyOf(one)), refused: refused.has(keyOf(one)) });
}

/** A route that nobody changes anything with, some of them being asked with POST. */
function readsOf(scenarios: readonly Behavior[]) {
  const looked = new Set<string>();
  const written = new Set<string>();
  for (const one of scenarios) {
    if (isRefused(one) || !Array.isArray(one.effects)) continue;
    (one.effects.length > 0 ? written : looked).add(one.route);
  }
  return (route: string) => route.startsWith('GET ') || (looked.has(route) && !written.has(route));
}

/** Refused as one who may not, on either side. */
const isByAuthorization = ({ aspect, before, after }: Change): boolean =>
  aspect === 'status' && [before, after].some((status) => status === '401' || status === '403');
