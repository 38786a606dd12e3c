/** The middle value, or the mean of the two in the middle. @param values at least one, in any order. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Quantile by linear interpolation. @param values at least one, in any order. @param share 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  if (below === undefined || above === undefined) throw new RangeError('no quantile of nothing');
  return below + (above - below) * (position - Math.floor(position));
}

/** Divides pair by pair: what was taken in one round is compared with its neighbour in time. */
export function ratios(dividends: readonly number[], divisors: readonly number[]): number[] {
  if (dividends.length !== divisors.length) throw new RangeError('ratios need pairs');
  return dividends.map((dividend, index) => dividend / (divisors[index] ?? Number.NaN));
}
