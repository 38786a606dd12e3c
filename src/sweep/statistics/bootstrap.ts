import { lowerQuartile, median, quantile } from './quantile.ts';
import type { Random } from './random.ts';

/** A value with the limits of its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

const RESAMPLES = 1000;
const TAIL = 0.025;

/**
 * Median with a percentile bootstrap interval (B. Efron 1979). With few values it is narrower than it ought to be: five
 * values give it the range from the least to the most at best.
 * @param values at least one.
 */
export function medianEstimate(values: readonly number[], random: Random): Estimate {
  return bootstrap(median(values), () => median(resample(values, random)));
}

/** The ratio of the lower quartiles of two samples, with its interval: of times to which disturbances only ever add. */
export function floorRatioEstimate(
  dividends: readonly number[],
  divisors: readonly number[],
  random: Random,
): Estimate {
  const ratioOf = (a: readonly number[], b: readonly number[]): number => lowerQuartile(a) / lowerQuartile(b);
  return bootstrap(ratioOf(dividends, divisors), () =>
    ratioOf(resample(dividends, random), resample(divisors, random)),
  );
}

function bootstrap(value: number, draw: () => number): Estimate {
  const drawn = Array.from({ length: RESAMPLES }, draw);
  return { value, low: quantile(drawn, TAIL), high: quantile(drawn, 1 - TAIL) };
}

function resample(values: readonly number[], random: Random): number[] {
  return values.map(() => values[Math.floor(random() * values.length)] as number);
}
