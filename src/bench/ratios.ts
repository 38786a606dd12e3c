/** Divides pair by pair: what was taken in one round is compared with its neighbour in time. */
export function ratios(dividends: readonly number[], divisors: readonly number[]): number[] {
  if (dividends.length !== divisors.length) throw new RangeError('ratios need pairs');
  return dividends.map((dividend, index) => dividend / (divisors[index] ?? Number.NaN));
}
