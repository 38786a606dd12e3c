import { median } from '../statistics/quantile.ts';
import { groupsOf, type Group } from './groups.ts';
import type { Evidence, Recommendation } from './rule.ts';

const RULE =
  'the value with most acknowledged operations per second in most settings; where its interval overlaps the next, that is said';

/** Which value costs least throughput? */
export function fastest(evidence: Evidence): Recommendation {
  const groups = groupsOf(evidence);
  const name = evidence.axis.axis.name;
  const wins = new Map<string, number>();
  for (const group of groups) {
    const winner = show(evidence, bestOf(group).cell.params[name]);
    wins.set(winner, (wins.get(winner) ?? 0) + 1);
  }
  const [value = '', count = 0] = [...wins].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const shown = evidence.comparisons.overall.filter(
    ({ axis, metric, differs }) => axis === name && metric === 'throughput' && differs,
  );
  const told = shown.map(
    ({ from, to, fromMedian, toMedian }) => `${to} runs at ${(toMedian / fromMedian).toFixed(2)} × ${from}`,
  );
  const differences = told.length > 0 ? told.join(', ') : 'no difference shown between neighbouring values';
  const sentence = `on this disk: ${name}=${value} is the fastest in ${count} of ${groups.length} settings; ${differences}.`;
  return { rule: RULE, value, sentence };
}

function bestOf({ cells }: Group) {
  const rate = (index: number): number =>
    median(cells[index]?.repetitions.map(({ metrics }) => metrics.throughputPerSecond) ?? [0]);
  const order = cells.map((_, index) => index).toSorted((a, b) => rate(b) - rate(a));
  return cells[order[0] as number] as Group['cells'][number];
}

function show({ axis }: Evidence, value: string | number | undefined): string {
  return axis.axis.show(value ?? '');
}
