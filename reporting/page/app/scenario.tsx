// One scenario: its requests, what came of them, and what is pinned.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { curlOf } from '../../../fixtures/curl';
import type { EffectRecord } from '../../../fixtures/told-effects';
import { statusOf } from '../../drift/changes';
import type { ScenarioDetail, ToldStep } from '../format';
import { lookOf, told } from './words';

/** All steps of a scenario. */
export function ScenarioView({ detail }: { readonly detail: ScenarioDetail }) {
  if (detail.steps.length === 0)
    return (
      <p class="note">
        It ended before there was an answer. Playwright’s own report tells why
        {detail.expected === null ? '' : `; pinned is ${pinnedIn(detail.expected)}`}.
      </p>
    );
  return (
    <ol class="steps">
      {detail.steps.map((step, i) => (
        <li key={i}>
          <StepView step={step} place={i} />
        </li>
      ))}
    </ol>
  );
}

function StepView({ step, place }: { readonly step: ToldStep; readonly place: number }) {
  const { request, observed, differs } = step;
  return (
    <section class="step">
      <header>
        <h3>{place === 0 ? 'The request' : `Then: ${step.name}`}</h3>
        <StatusView observed={observed} />
      </header>
      <p class="pinned">
        <span class="key">{differs === null && step.expected !== null ? '✓ As pinned:' : 'Pinned:'}</span>{' '}
        {step.expected === null ? 'nothing; nobody has looked at this release' : pinnedIn(step.expected)}
      </p>
      {(differs ?? null) === null ? null : (
        <div class="differs">
          <strong>≠ {aspectWords[differs?.aspect ?? 'status']} is not as pinned</strong>
          <Sides before={differs?.pinned ?? ''} after={differs?.seen ?? ''} labels={['pinned', 'seen']} />
        </div>
      )}
      <div class="columns">
        <div class="column">
          <RequestView request={request} />
          <EffectsView effects={step.effects} />
        </div>
        <ResponseView observed={observed} />
      </div>
      {hasHeaders(request) ? <Curl text={curlOf(request)} /> : null}
    </section>
  );
}

const hasHeaders = (request: ToldStep['request']): request is Required<ToldStep['request']> & ToldStep['request'] =>
  request.headers !== undefined;

export const aspectWords = {
  status: 'Status',
  guard: 'Error text',
  effects: 'Effects',
  returned: 'Data returned',
  body: 'Response body',
} as const;

/** Two texts, the old one and the new one, marked as a diff marks them. */
export function Sides({
  before,
  after,
  labels,
}: {
  readonly before: string;
  readonly after: string;
  readonly labels: readonly [string, string];
}) {
  return (
    <dl class="sides">
      <div class="was">
        <dt>{labels[0]}</dt>
        <dd>
          <pre>{before === '' ? '(nothing)' : before}</pre>
        </dd>
      </div>
      <div class="is">
        <dt>{labels[1]}</dt>
        <dd>
          <pre>{after === '' ? '(nothing)' : after}</pre>
        </dd>
      </div>
    </dl>
  );
}

/** A status, and whether there is a refusal in it. */
export function StatusView({ observed }: { readonly observed: ToldStep['observed'] }) {
  const look = lookOf(statusOf({ observed }));
  return <span class={`chip still k-${look.kind}`}>{told(look)}</span>;
}

export function RequestView({ request }: { readonly request: ToldStep['request'] }) {
  const query = Object.entries(recordIn(request.query)).map(([name, value]) => `${name}=${String(value)}`);
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  const type = request.written?.contentType;
  return (
    <section class="part">
      <h4>Request</h4>
      <Text label="request line">
        {`${request.method} ${request.path}${query.length === 0 ? '' : `?${query.join('&')}`}`}
        {headers.map((line) => `\n${line}`)}
        {type === undefined ? '' : `\ncontent-type: ${type ?? '(none)'}`}
      </Text>
      {request.body === null ? (
        <p class="note">no body</p>
      ) : (
        <Text label={request.written === undefined ? 'request body' : 'request body, as it was written'}>
          {pretty(request.body)}
        </Text>
      )}
    </section>
  );
}

export function ResponseView({ observed }: { readonly observed: ToldStep['observed'] }) {
  const returned = Array.isArray(observed.returned) ? observed.returned.map(String) : null;
  return (
    <section class="part">
      <h4>Response</h4>
      {observed.detail === '' ? null : <blockquote>{observed.detail}</blockquote>}
      {returned === null ? null : (
        <p class="note">
          Whose data came back:{' '}
          {returned.length === 0 ? 'nobody’s' : returned.map((id, i) => [i > 0 && ', ', <code key={id}>{id}</code>])}
        </p>
      )}
      <Text label="response body">
        {observed.body === null || observed.body === undefined ? '(no body)' : pretty(observed.body)}
      </Text>
    </section>
  );
}

/** Columns of a new or deleted row that are shown without being asked for. */
const fewColumns = 10;

/** Row changes as a small diff. */
export function EffectsView({ effects }: { readonly effects: unknown }) {
  const rows = effectsIn(effects);
  return (
    <section class="part">
      <h4>Effects</h4>
      {rows === null ? (
        <p class="note">not observed</p>
      ) : rows.length === 0 ? (
        <p class="note">Nothing changed in the whole database.</p>
      ) : (
        <ul class="effects">
          {rows.map((row, i) => (
            <li key={i} class={`op-${row.op}`}>
              <details open={Object.keys(row.columns).length <= fewColumns}>
                <summary>
                  <span class="op">
                    {opSigns[row.op] ?? ''} {row.op}
                  </span>{' '}
                  <code>{row.table}</code> <code class="id">{row.id}</code>
                </summary>
                <table class="diff">
                  <tbody>
                    {Object.entries(row.columns).map(([name, [was, is]]) => (
                      <tr key={name}>
                        <th scope="row">{name}</th>
                        <td>
                          {row.op === 'insert' ? null : <del>{compact(was)}</del>}
                          {row.op === 'delete' ? null : <ins>{compact(is)}</ins>}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const opSigns: Readonly<Record<string, string>> = { insert: '+', delete: '−', update: '±' };

function Curl({ text }: { readonly text: string }) {
  return (
    <section class="part">
      <h4>
        As a command <Copy text={text} what="the command" />
      </h4>
      <Text label="curl command">{text}</Text>
    </section>
  );
}

/** Copies a text, and says so. */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const [said, say] = useState('Copy');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      // A page that was opened as a file may not be allowed to.
      say('Not allowed: select it');
    }
    setTimeout(() => {
      say('Copy');
    }, 2000);
  };
  return (
    <button
      type="button"
      class="small"
      aria-label={said === 'Copy' ? `Copy ${what}` : undefined}
      onClick={() => {
        void copy();
      }}
    >
      {said}
    </button>
  );
}

/** A text that keeps its lines. It may scroll, so a keyboard has to reach it. */
function Text({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <pre tabIndex={0} role="group" aria-label={label}>
      {children}
    </pre>
  );
}

/** What is pinned of an answer, in a line. */
export function pinnedIn({ status, or, guard, inItem }: NonNullable<ScenarioDetail['expected']>): string {
  const statuses = [status, ...(or ?? [])].join(' or ');
  return [
    statuses,
    ...(inItem === true ? ['a refusal in an item of it'] : []),
    ...(guard === undefined ? [] : [`“${guard}”`]),
  ].join(' · ');
}

const pretty = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

const compact = (value: unknown): string => (value === undefined ? '(absent)' : JSON.stringify(value));

const recordIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

const effectsIn = (effects: unknown): readonly EffectRecord[] | null =>
  // Records hold them as their type says, and say `unknown` of it.
  Array.isArray(effects) ? (effects as readonly EffectRecord[]) : null;
