/** The truncation point lies in the first half: a rule that drops more has found no steady state. */
const SHARE_MAX = 0.5;

/**
 * How many bins at the start belong to the warm-up, by the marginal standard error rule (MSER, K. P. White 1997): the cut
 * that makes the standard error of what remains smallest.
 * @param bins something counted in equal stretches of time, such as operations that ended. @returns 0 up to half of them.
 */
export function warmUpBins(bins: readonly number[]): number {
  let best = { cut: 0, error: Infinity };
  for (let cut = 0; cut <= Math.floor(bins.length * SHARE_MAX); cut++) {
    const rest = bins.slice(cut);
    const mean = rest.reduce((sum, value) => sum + value, 0) / rest.length;
    const squares = rest.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const error = squares / rest.length ** 2;
    if (error < best.error) best = { cut, error };
  }
  return best.cut;
}
