import type { CellMeasurement } from '../cell-measurement.ts';
import { median } from '../statistics/quantile.ts';
import { groupsOf } from './groups.ts';
import type { Evidence, Recommendation } from './rule.ts';

const RULE =
  'the freeze is the longest single operation of a writer that was not stopped itself; the shortest one is named, with ' +
  'the errors that pay for it';

/** Who freezes for how long behind a writer that stands still? */
export function shortestFreeze(evidence: Evidence): Recommendation {
  const { axis } = evidence.axis;
  const sentences: string[] = [];
  let best: { value: string; freezeMs: number } | undefined;
  for (const { where, cells } of groupsOf(evidence)) {
    const told = cells.map((cell) => {
      const value = axis.show(cell.cell.params[axis.name] ?? '');
      const [freezeMs, errors] = [
        othersFreezeMs(cell),
        median(cell.repetitions.map(({ metrics }) => metrics.errorRate)),
      ];
      if (!best || freezeMs < best.freezeMs) best = { value, freezeMs };
      return `${value}: ${(freezeMs / 1000).toFixed(2)} s and ${Number((errors * 100).toPrecision(2))} % errors`;
    });
    sentences.push(`${where === '' ? '' : `${where}: `}${told.join('; ')}`);
  }
  const stopMs = Math.max(...evidence.cells.map(({ cell }) => cell.settings.stopMs));
  const sentence =
    `behind a writer stopped for ${stopMs / 1000} s, the others freeze for as long as the stop or their timeout lasts, ` +
    `whichever is shorter. ${sentences.join('. ')}. Take the smallest timeout that busy-timeout recommends.`;
  return { rule: RULE, ...(best && { value: best.value }), sentence };
}

/** Median over repetitions of the longest operation of anybody who was not stopped. */
function othersFreezeMs({ repetitions, strip }: CellMeasurement): number {
  return median(
    repetitions.map(({ metrics: { workers } }) => {
      // The one that was stopped froze longest of all where nobody else waited as long: leave out one.
      const freezes = workers.map(({ freezeMsMax }) => freezeMsMax).toSorted((a, b) => b - a);
      return (strip ? freezes[1] : freezes[0]) ?? 0;
    }),
  );
}
