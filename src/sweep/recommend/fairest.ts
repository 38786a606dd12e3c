import { metricNamed, valuesOf } from '../metric.ts';
import { median } from '../statistics/quantile.ts';
import { groupsOf, type Group } from './groups.ts';
import type { Evidence, Recommendation } from './rule.ts';

const RULE =
  "of the setting with most writers, the value with the highest median of Jain's index; its price is said beside it";

/** Which value lets everybody have a turn? */
export function fairest(evidence: Evidence): Recommendation {
  const groups = groupsOf(evidence);
  const writers = ({ cells }: Group): number => cells[0]?.cell.settings.writers ?? 0;
  const group = groups.toSorted((a, b) => writers(b) - writers(a))[0];
  const { axis } = evidence.axis;
  const told = (group?.cells ?? []).map(({ cell, repetitions }) => ({
    value: axis.show(cell.params[axis.name] ?? ''),
    jain: median(valuesOf(metricNamed('fairness'), repetitions)),
    starvedMs: median(valuesOf(metricNamed('starvation'), repetitions)),
    errors: median(valuesOf(metricNamed('errors'), repetitions)),
    rate: median(valuesOf(metricNamed('throughput'), repetitions)),
  }));
  const best = told.toSorted((a, b) => b.jain - a.jain)[0];
  if (!group || !best) return { rule: RULE, sentence: 'nothing was measured' };
  const list = told.map(
    ({ value, jain, starvedMs, errors, rate }) =>
      `${value}: Jain ${jain.toFixed(2)}, longest starvation ${(starvedMs / 1000).toFixed(1)} s, ` +
      `${Number((errors * 100).toPrecision(2))} % errors, ${Math.round(rate)}/s`,
  );
  return {
    rule: RULE,
    value: best.value,
    sentence: `with ${writers(group)} writers: ${best.value} is the fairest. ${list.join('; ')}.`,
  };
}
