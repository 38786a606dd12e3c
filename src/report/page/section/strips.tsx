import type { BenchData } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';

type Strip = BenchData['strips'][number];
type State = Strip['workers'][number]['bins'][number];

const MEANINGS: Record<Exclude<State, 'idle'>, string> = {
  acknowledged: 'told of success',
  failed: 'told of failure',
  waiting: 'waits in one operation',
  stopped: 'stopped',
};
const STATES = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];

/** A row for each worker around the moment in which one of them was stopped; states differ in pattern, not only in colour. */
export function StripsView({ section }: { section: Section }) {
  const strips = section.data as unknown as BenchData['strips'];
  return (
    <>
      <ul class="legend">
        {STATES.map((state) => (
          <li key={state}>
            <span class={`swatch bin bin-${state}`} /> {MEANINGS[state]}
          </li>
        ))}
      </ul>
      {strips.map((strip) => (
        <Strips key={strip.cell} strip={strip} />
      ))}
    </>
  );
}

function Strips({ strip: { cell, binMs, stop, workers } }: { strip: Strip }) {
  const held = stop.inTransaction === false ? ', which held no lock' : '';
  return (
    <figure class="strips">
      <figcaption>
        <b>{cell}</b>: {stop.worker} stopped from {seconds(stop.fromMs)} to {seconds(stop.toMs)}
        {held}
      </figcaption>
      {workers.map(({ worker, bins }) => (
        <div key={worker} class="strip">
          <span>{worker}</span>
          <div role="img" aria-label={spoken(bins, binMs)} title={spoken(bins, binMs)}>
            {runsOf(bins).map(({ state, length }, index) => (
              <i key={index} class={`bin bin-${state}`} style={{ flexGrow: length }} />
            ))}
          </div>
        </div>
      ))}
    </figure>
  );
}

/** Equal states next to each other as one. */
function runsOf(bins: readonly State[]): { state: State; length: number }[] {
  const runs: { state: State; length: number }[] = [];
  for (const state of bins) {
    const last = runs.at(-1);
    if (last?.state === state) last.length += 1;
    else runs.push({ state, length: 1 });
  }
  return runs;
}

function spoken(bins: readonly State[], binMs: number): string {
  return STATES.map((state) => [state, bins.filter((bin) => bin === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${MEANINGS[state]}: ${seconds(count * binMs)}`)
    .join(', ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
