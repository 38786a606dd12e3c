/**
 * Corrects for the number of comparisons (S. Holm 1979): if nothing differs at all, the chance that any of the corrected
 * values falls below a level is at most that level.
 * @param ps of the single tests. @returns in the same order, at most 1.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).toSorted((a, b) => (ps[a] ?? 1) - (ps[b] ?? 1));
  const corrected = ps.map(() => 1);
  let least = 0;
  order.forEach((index, rank) => {
    least = Math.max(least, Math.min(1, (ps[index] ?? 1) * (ps.length - rank)));
    corrected[index] = least;
  });
  return corrected;
}
