// One scenario on both sides.

import { pairsOf } from '../../drift/changes';
import type { DriftHead, PairDetail, ToldStep } from '../format';
import { aspectWords, EffectsView, pinnedIn, RequestView, ResponseView, Sides, StatusView } from './scenario';
import { markWords } from './words';

/** What is not the same, and below it both sides of every step. */
export function PairView({ detail, head }: { readonly detail: PairDetail; readonly head: DriftHead }) {
  const labels: readonly [string, string] = [head.before.label, head.after.label];
  const { before, after } = detail;
  return (
    <>
      <ul class="list">
        {detail.changes.map(({ step, aspect, sense, before, after }, i) => (
          <li key={i} class={`differs s-${sense}`}>
            <strong>
              {aspectWords[aspect]}
              {step === 'act' ? '' : ` of the later use “${step}”`}
              {sense === 'other' ? '' : `: ${markWords[sense].word}`}
            </strong>
            <Sides before={before} after={after} labels={labels} />
          </li>
        ))}
      </ul>
      <ol class="steps">
        {pairsOf(before.steps, after.steps).map((sides, i) => {
          const requests = sides.map((step) => JSON.stringify(step?.request));
          const [first = sides[1]] = sides;
          return (
            <li key={i}>
              <section class="step">
                <header>
                  <h3>{i === 0 ? 'The request' : `Then: ${first?.name ?? ''}`}</h3>
                </header>
                {requests[0] === requests[1] && first !== undefined ? <RequestView request={first.request} /> : null}
                <div class="columns both">
                  {sides.map((step, side) => (
                    <section key={side} role="group" class="side" aria-label={labels[side]}>
                      <h4 class="release">{labels[side]}</h4>
                      {step === undefined ? (
                        <p class="note">It did not come to this.</p>
                      ) : (
                        <StepSide step={step} withRequest={requests[0] !== requests[1]} />
                      )}
                    </section>
                  ))}
                </div>
              </section>
            </li>
          );
        })}
      </ol>
    </>
  );
}

function StepSide({ step, withRequest }: { readonly step: ToldStep; readonly withRequest: boolean }) {
  return (
    <>
      <p>
        <StatusView observed={step.observed} />
      </p>
      {step.expected === null ? null : (
        <p class="pinned">
          <span class="key">Pinned</span> {pinnedIn(step.expected)}
        </p>
      )}
      {withRequest ? <RequestView request={step.request} /> : null}
      <ResponseView observed={step.observed} />
      <EffectsView effects={step.effects} />
    </>
  );
}
