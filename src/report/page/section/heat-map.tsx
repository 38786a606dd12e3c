import { latency, logShare, percentage } from '../../figures.ts';
import { wholeNumber } from '../../numbers.ts';
import type { BenchData } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';

type HeatMap = BenchData['heat-map'][number];

const METRICS: Record<string, { title: string; show: (value: number) => string }> = {
  errors: { title: 'errors', show: percentage },
  p99: { title: 'p99 latency, ms', show: latency },
  throughput: { title: 'operations/s', show: wholeNumber },
};

/** Maps over two axes: the number stands in each cell, the shade only comes on top. */
export function HeatMapView({ section }: { section: Section }) {
  const maps = section.data as unknown as BenchData['heat-map'];
  const byMetric = [...Map.groupBy(maps, ({ metric }) => metric)];
  return (
    <>
      {/* Side by side where there is one map of each metric. */}
      <div class={maps.length === byMetric.length ? 'maps' : ''}>
        {byMetric.map(([metric, own]) => {
          const { title, show } = METRICS[metric] ?? { title: metric, show: String };
          const shareOf = scaleOf(metric, own);
          return (
            <div key={metric}>
              <h3>{title}</h3>
              <div class="maps">
                {own.map((map) => (
                  <OneMap key={JSON.stringify(map.facet)} map={map} title={title} show={show} shareOf={shareOf} />
                ))}
              </div>
            </div>
          );
        })}
      </div>
      <p class="dim">Medians. The stronger the shade, the more; shades are the same in all maps of one metric.</p>
    </>
  );
}

/** How strong the shade of a value is, 0 to 1: errors are shares already, all else is logarithmic. */
function scaleOf(metric: string, maps: readonly HeatMap[]): (value: number) => number {
  const values = maps.flatMap(({ medians }) => medians.flat()).filter((value) => value !== null && value > 0);
  const [least, most] = [Math.min(...(values as number[])), Math.max(...(values as number[]))];
  return metric === 'errors' ? Math.sqrt : (value) => (value > 0 ? logShare(value, least, most) : 0);
}

interface MapProps {
  map: HeatMap;
  title: string;
  show: (value: number) => string;
  shareOf: (value: number) => number;
}

function OneMap({ map: { metric, rows, columns, facet, medians }, title, show, shareOf }: MapProps) {
  const where = Object.entries(facet).map(([axis, value]) => `${axis} ${value}`);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <div class="scroll" tabIndex={0}>
      <table class={`heat heat-${metric}`}>
        <caption>
          <span class={where.length > 0 ? '' : 'hidden'}>{where.join(', ') || title}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">
              {rows.axis} ↓ {columns.axis} →
            </th>
            {columns.values.map((value) => (
              <th key={value} scope="col" class="number">
                {value}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.values.map((row, index) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.values.map((column, at) => {
                const value = medians[index]?.[at] ?? null;
                return (
                  <td key={column} class="number" style={{ '--share': value === null ? 0 : shareOf(value) }}>
                    {value === null ? <span class="dim">not measured</span> : show(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
