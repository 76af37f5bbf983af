// `report/behaviors.sarif`: what of a run is not as it is pinned, as code scanning shows it. SARIF 2.1.0.

import { createHash } from 'node:crypto';

import type { Log, ReportingDescriptor, ReportingDescriptorRelationship, Result, ToolComponent } from 'sarif';

import { amissIn, nameOf, whatHappened, type Amiss } from './amiss';
import type { Run } from './run';
import { cweTitles, owaspTitles, sorted, weaknesses, type Weakness, type WeaknessOf } from './weaknesses';

/** The file, indented, as text. */
export const sarifOf = (run: Run): string => `${JSON.stringify(logOf(run), null, 1)}\n`;

/**
 * One result per scenario that is not as it is pinned. Of a weakness there are two rules, since GitHub takes how severe an alert
 * is from the rule alone: one for what is open now, one for whatever else changed about the check.
 */
export function logOf(run: Run): Log {
  const { file, errors } = run;
  const weaknessOf = sorted(file.scenarios);
  const { release, curated, complete, filters } = file;
  return {
    // Where OASIS publishes it.
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'LiteLLM management behaviour',
            rules: [...rules],
            supportedTaxonomies: taxonomies.map(({ name }, index) => ({ name, index })),
          },
        },
        taxonomies,
        // Alerts of one release stand beside those of another.
        automationDetails: { id: `behavior/${release ?? 'none'}/` },
        originalUriBaseIds: { [sourceRoot]: { description: { text: 'The folder of playwright.config.ts.' } } },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            toolExecutionNotifications: errors.map((text) => ({ level: 'error', message: { text: literally(text) } })),
          },
        ],
        properties: { release, curated, complete, filters },
        results: amissIn(run).map((amiss) => resultOf(amiss, weaknessOf)),
      },
    ],
  };
}

/** What paths of files are relative to, in GitHub's words. */
const sourceRoot = '%SRCROOT%';

function resultOf(amiss: Amiss, weaknessOf: WeaknessOf): Result {
  const { behavior, change, isJudged } = amiss;
  const { id, file, line, profile, family, route, caller, target, variant, outcome } = behavior;
  const ruleId = ruleOf(amiss, weaknessOf);
  const severe = isOpen(amiss) ? 'error' : 'warning';
  return {
    ruleId,
    ruleIndex: rules.findIndex(({ id }) => id === ruleId),
    level: isJudged ? severe : 'note',
    message: { text: literally(`${nameOf(behavior)}: ${whatHappened(amiss)}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: sourceRoot },
          region: { startLine: line },
        },
        logicalLocations: [{ fullyQualifiedName: route, kind: 'resource' }],
      },
    ],
    partialFingerprints: {
      'scenario/v1': id,
      // The only one that GitHub looks at. Its own is of the line, which hundreds of scenarios have in common.
      primaryLocationLineHash: `${createHash('sha256').update(id).digest('hex').slice(0, 16)}:1`,
    },
    properties: { outcome, profile, family, caller, target, variant, step: change?.step ?? null },
  };
}

function ruleOf(amiss: Amiss, weaknessOf: WeaknessOf): string {
  if (amiss.change === undefined) return noVerdict.id;
  const weakness = weaknessOf(amiss.behavior, amiss.change);
  if (weakness === undefined) return otherChange.id;
  return isOpen(amiss) ? weakness.id : changedId(weakness);
}

/** Whether somebody can do or see now what was refused or not shown. */
function isOpen({ change, sense }: Amiss): boolean {
  if (change?.aspect !== 'returned') return sense === 'opened';
  const pinned = change.before.split(', ');
  return change.after.split(', ').some((id) => id !== '' && id !== 'null' && !pinned.includes(id));
}

const changedId = ({ id }: Weakness): string => `${id}-changed`;

/** In a message of SARIF, braces stand for arguments, and `](` for a link. */
const literally = (text: string): string => text.replaceAll(/[{}]/g, '$&$&').replaceAll('](', '] (');

const howToSee =
  'report/index.html shows the request and what came of it; `npx playwright test FILE:LINE` asks again. ' +
  'Where the release is right, the expectation in the spec is what has to change.';

/** What changed without anybody being able to do more. */
const otherChange: ReportingDescriptor = {
  id: 'behavior-changed',
  name: 'BehaviorChanged',
  shortDescription: { text: 'Other behaviour than pinned' },
  fullDescription: {
    text: 'What an accepted request changes or says, or what is refused to everybody, is not as it is pinned. No matter of authorization.',
  },
  help: { text: howToSee },
  defaultConfiguration: { level: 'warning' },
};

const noVerdict: ReportingDescriptor = {
  id: 'no-verdict',
  name: 'NoVerdict',
  shortDescription: { text: 'No answer to judge' },
  fullDescription: {
    text: 'The scenario broke off, took too long, or passed at another attempt: nobody can say whether this release behaves as pinned.',
  },
  help: { text: 'Playwright’s HTML report has the error and the log of the proxy.' },
  defaultConfiguration: { level: 'warning' },
};

const owaspTaxonomy: ToolComponent = {
  name: 'OWASP API Security Top 10',
  version: '2023',
  organization: 'OWASP Foundation',
  informationUri: 'https://owasp.org/API-Security/editions/2023/en/0x11-t10/',
  shortDescription: { text: 'The ten most critical risks of APIs; those that scenarios are about.' },
  taxa: Object.entries(owaspTitles).map(([id, title]) => ({ id, name: title, helpUri: owaspPage(id, title) })),
};

const cweTaxonomy: ToolComponent = {
  name: 'CWE',
  organization: 'MITRE',
  informationUri: 'https://cwe.mitre.org/',
  shortDescription: { text: 'The Common Weakness Enumeration; those weaknesses that scenarios are about.' },
  taxa: Object.entries(cweTitles).map(([id, title]) => ({ id, name: title, helpUri: cwePage(id) })),
};

const taxonomies = [owaspTaxonomy, cweTaxonomy];

const rules: readonly ReportingDescriptor[] = [
  ...Object.values(weaknesses).flatMap((weakness: Weakness) => [
    { ...opened(weakness), ...about(weakness) },
    { ...changed(weakness), ...about(weakness) },
  ]),
  otherChange,
  noVerdict,
];

function about(weakness: Weakness): Omit<ReportingDescriptor, 'id'> {
  const { owasp, cwe } = weakness;
  return {
    helpUri: owasp === undefined ? cwePage(String(cwe)) : owaspPage(owasp, owaspTitles[owasp]),
    help: { text: howToSee },
    relationships: [
      ...(owasp === undefined ? [] : [relationTo(owaspTaxonomy, owasp, 'relevant')]),
      // Of which this is one case.
      relationTo(cweTaxonomy, String(cwe), 'superset'),
    ],
  };
}

function opened(weakness: Weakness): ReportingDescriptor {
  const { id, title, pins, severity } = weakness;
  return {
    id,
    name: `${nameIn(id)}Opened`,
    shortDescription: { text: `${title}: what was refused is done now` },
    fullDescription: { text: `${pins} That was pinned; now the request is answered, or shows more.` },
    defaultConfiguration: { level: 'error' },
    properties: {
      tags: [...tagsOf(weakness), 'security'],
      'security-severity': severity.toFixed(1),
      precision: 'high',
    },
  };
}

function changed(weakness: Weakness): ReportingDescriptor {
  const { id, title, pins } = weakness;
  return {
    id: changedId(weakness),
    name: `${nameIn(id)}Changed`,
    shortDescription: { text: `${title}: decided in another way` },
    fullDescription: {
      text: `${pins} It is answered in another way than pinned: by another check, with other rows or data, or refused where it was allowed.`,
    },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: tagsOf(weakness), precision: 'high' },
  };
}

/** As GitHub shows them and filters by them. */
function tagsOf({ owasp, cwe }: Weakness): string[] {
  const ofOwasp = owasp === undefined ? [] : [`external/owasp-api/${owasp.replace(':', '-').toLowerCase()}`];
  return [...ofOwasp, `external/cwe/cwe-${cwe}`];
}

function relationTo(taxonomy: ToolComponent, id: string, kind: string): ReportingDescriptorRelationship {
  const toolComponent = { name: taxonomy.name, index: taxonomies.indexOf(taxonomy) };
  return { target: { id, toolComponent }, kinds: [kind] };
}

/** `property-read` as `PropertyRead`. */
function nameIn(id: string): string {
  return id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** OWASP's page of one of the ten. */
function owaspPage(id: string, title: string): string {
  const place = /^API(\d+):/.exec(id)?.[1] ?? '';
  const words = title.toLowerCase().replaceAll(' ', '-');
  return `https://owasp.org/API-Security/editions/2023/en/0xa${place}-${words}/`;
}

function cwePage(id: string): string {
  return `https://cwe.mitre.org/data/definitions/${id}.html`;
}
