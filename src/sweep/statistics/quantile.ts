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
  return below === above ? below : below + (above - below) * (position - Math.floor(position));
}

/** What a quarter of the values falls below: where disturbances only ever add, it stays where the median does not. */
export function lowerQuartile(values: readonly number[]): number {
  return quantile(values, 0.25);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation over the mean, of a sample. 0 for fewer than two values. */
export function variation(values: readonly number[]): number {
  const middle = mean(values);
  if (values.length < 2 || middle === 0) return 0;
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / middle;
}
