import { useEffect, useRef, useState } from 'preact/hooks';
import { latency } from '../../figures.ts';
import type { BenchData } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';
import { themeChanges } from '../shared/theme-changes.ts';
import { drawLatencies, lineStyle, type Line, type LineStyle } from './latency-chart.ts';

type Cell = BenchData['latency-curves'][number];

/** More lines at once cannot be told apart; others can be chosen. */
const SHOWN_FIRST = 6;
const KINDS = { latency: 'the intended start', service: 'the real start' };

/** Latency over percentiles, a line for each cell. */
export function LatencyCurvesView({ section }: { section: Section }) {
  const cells = section.data as unknown as BenchData['latency-curves'];
  const [kind, setKind] = useState<keyof typeof KINDS>('latency');
  const [chosen, choose] = useState(() => new Set(cells.slice(0, SHOWN_FIRST).map(({ id }) => id)));
  const lines = cells
    .map(({ id, curves }, index): Line => ({ id, curve: curves[kind], style: lineStyle(index) }))
    .filter(({ id, curve }) => chosen.has(id) && curve.length > 0);
  const toggle = (id: string): void => {
    const others = [...chosen].filter((other) => other !== id);
    choose(new Set(chosen.has(id) ? others : [...others, id]));
  };
  return (
    <>
      <div class="toolbar" role="toolbar" aria-label="Latency counts from">
        {(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((each) => (
          <button key={each} type="button" aria-pressed={each === kind} onClick={() => setKind(each)}>
            from {KINDS[each]}
          </button>
        ))}
      </div>
      <Chart key={`${kind} ${[...chosen].join()}`} lines={lines} />
      <p class="dim">
        Percentile across, latency up, both logarithmic. Of acknowledged operations; from the intended start also of
        those that were due and never begun. Bars reach from the least to the greatest of the repetitions.
      </p>
      <fieldset class="lines">
        <legend>Cells</legend>
        {cells.map(({ id, curves }, index) => (
          <label key={id}>
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            <Sample style={lineStyle(index)} /> {id}
            {curves[kind].length === 0 && <span class="dim"> (nothing was acknowledged)</span>}
          </label>
        ))}
      </fieldset>
      <Numbers cells={cells} kind={kind} />
    </>
  );
}

function Chart({ lines }: { lines: readonly Line[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current) return undefined;
    let chart = drawLatencies(current, lines);
    const renew = (): void => {
      chart.destroy();
      chart = drawLatencies(current, lines);
    };
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(current);
    themeChanges.addEventListener('change', renew);
    return () => {
      observer.disconnect();
      themeChanges.removeEventListener('change', renew);
      chart.destroy();
    };
  }, []);
  return <div ref={place} class="latencies" aria-hidden="true" />;
}

/** How a line looks. */
function Sample({ style: { colour, dash } }: { style: LineStyle }) {
  return (
    <svg class="sample" viewBox="0 0 32 8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="32"
        y2="4"
        stroke={`var(--${colour})`}
        stroke-width="3"
        stroke-dasharray={dash.join(' ')}
      />
    </svg>
  );
}

/** What the lines are drawn from. */
function Numbers({ cells, kind }: { cells: readonly Cell[]; kind: keyof typeof KINDS }) {
  const percentiles = cells.find(({ curves }) => curves[kind].length > 0)?.curves[kind] ?? [];
  return (
    <details>
      <summary>The numbers, in ms</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region */}
      <div class="scroll" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">cell</th>
              {percentiles.map(({ percentile }) => (
                <th key={percentile} scope="col" class="number">
                  {percentile === 100 ? 'max' : `${percentile} %`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map(({ id, curves }) => (
              <tr key={id}>
                <th scope="row">{id}</th>
                {curves[kind].map(({ percentile, ms, low, high }) => (
                  <td key={percentile} class="number">
                    {latency(ms)}
                    {low < high && (
                      <small>
                        {latency(low)}–{latency(high)}
                      </small>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
