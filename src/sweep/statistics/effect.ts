/**
 * Cliff's delta: how much more often a value of the second is larger than one of the first, than the other way round.
 * @returns −1 to 1; 0 if neither tends to be larger.
 */
export function cliffsDelta(first: readonly number[], second: readonly number[]): number {
  let balance = 0;
  for (const a of first) for (const b of second) balance += Math.sign(b - a);
  return first.length * second.length === 0 ? 0 : balance / (first.length * second.length);
}
