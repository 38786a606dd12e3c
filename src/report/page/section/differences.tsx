import { latency, percentage, ratio } from '../../figures.ts';
import { wholeNumber } from '../../numbers.ts';
import type { BenchComparison, BenchData } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';

/** What the test called different, and what it did not. */
export function DifferencesView({ section }: { section: Section }) {
  const data = section.data as unknown as BenchData['differences'];
  const { overall, cells, cellsCompared, cellsCanDiffer, ratios } = data;
  return (
    <>
      <p class="dim">
        Permutation test, corrected for the number of comparisons (Holm); delta is Cliff's. "No difference shown" is not
        the same as being equal.
      </p>
      {overall.length > 0 && <Comparisons comparisons={overall} />}
      {cellsCompared > 0 && (
        <p>
          {cellsCanDiffer
            ? `Of ${cellsCompared} comparisons of two single cells, these show a difference: ${cells.length === 0 ? 'none.' : ''}`
            : 'Two single cells cannot be told apart by so few repetitions: give more --repetitions for that.'}
        </p>
      )}
      {cells.length > 0 && <Comparisons comparisons={cells} />}
      {ratios.length > 0 && <Ratios ratios={ratios} />}
    </>
  );
}

function Comparisons({ comparisons }: { comparisons: readonly BenchComparison[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <div class="scroll" tabIndex={0}>
      <table class="differences">
        <thead>
          <tr>
            <th scope="col">from → to</th>
            <th scope="col">metric</th>
            <th scope="col">called</th>
            <th scope="col">medians</th>
            <th scope="col" class="number">
              p
            </th>
            <th scope="col" class="number">
              delta
            </th>
          </tr>
        </thead>
        <tbody>
          {comparisons.map(({ axis, from, to, where, metric, fromMedian, toMedian, p, effect, differs }) => (
            <tr key={`${axis} ${from} ${to} ${metric} ${where}`} class={differs ? '' : 'dim'}>
              <td>
                {axis} {from} → {to} {where !== undefined && <small>{where}</small>}
              </td>
              <td>{metric}</td>
              <td>{differs ? <b>≠ differs</b> : 'no difference shown'}</td>
              <td>
                {show(metric, fromMedian)} → {show(metric, toMedian)}
              </td>
              <td class="number">{p < 0.001 ? '< 0.001' : p.toPrecision(2)}</td>
              <td class="number">{effect.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Ratios({ ratios }: Pick<BenchData['differences'], 'ratios'>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <div class="scroll" tabIndex={0}>
      <table>
        <caption>Over those of the reference, with 95 % intervals.</caption>
        <thead>
          <tr>
            <th scope="col">value</th>
            <th scope="col">where</th>
            <th scope="col">throughput</th>
            <th scope="col">undisturbed cost of an operation</th>
          </tr>
        </thead>
        <tbody>
          {ratios.map(({ cell, value, where, throughput, floor }) => (
            <tr key={cell}>
              <th scope="row">{value}</th>
              <td>{where}</td>
              <td>{estimate(throughput)}</td>
              <td>{floor ? estimate(floor) : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function estimate({ value, low, high }: { value: number; low: number; high: number }): string {
  return `× ${ratio(value)} (${ratio(low)}–${ratio(high)})`;
}

function show(metric: string, value: number): string {
  if (metric === 'errors') return percentage(value);
  return metric === 'throughput' ? `${wholeNumber(value)}/s` : `${latency(value)}${value >= 1000 ? '' : ' ms'}`;
}
