import { closest, distance } from 'fastest-levenshtein';

/** ` — did you mean "x"?` if a known name is close enough to be meant, or nothing. */
export function nearest(name: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const candidate = closest(name, known);
  const near = distance(name, candidate) <= Math.max(2, Math.floor(name.length / 3));
  return near ? ` — did you mean "${candidate}"?` : '';
}
