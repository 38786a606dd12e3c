import type { Comparison } from '../compare.ts';
import type { Evidence, Recommendation } from './rule.ts';

const RULE =
  'the reference, unless the test shows another value to be faster over all settings; then the one with the largest gain';

/** Which value costs least throughput? */
export function fastest({ axis, comparisons }: Evidence): Recommendation {
  const own = comparisons.overall.filter(
    ({ axis: name, metric }) => name === axis.axis.name && metric === 'throughput',
  );
  const shown = own.filter(({ differs }) => differs);
  const best = shown.filter((one) => factor(one) > 1).toSorted((a, b) => factor(b) - factor(a))[0];
  const value = best?.to ?? own[0]?.from;
  if (value === undefined) return { rule: RULE, sentence: 'nothing was measured' };
  const told = shown.map((one) => `${one.to} runs at ${factor(one).toFixed(2)} × ${one.from}`);
  const alike = own.filter(({ differs }) => !differs).map(({ to }) => to);
  const parts = [
    best ? `${value} is the fastest` : `${value}: nothing else is shown to be faster`,
    ...told,
    ...(alike.length > 0 ? [`no difference shown for ${alike.join(', ')}`] : []),
  ];
  return { rule: RULE, value, sentence: `on this disk, ${axis.axis.name} ${parts.join('; ')}.` };
}

function factor({ fromMedian, toMedian }: Comparison): number {
  return toMedian / fromMedian;
}
