/** Draws from 0 up to but not including 1. */
export type Random = () => number;

/** Puts values into random order, in place (Fisher–Yates). @returns the same array. */
export function shuffle<T>(values: T[], random: Random): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other] as T, values[last] as T];
  }
  return values;
}
