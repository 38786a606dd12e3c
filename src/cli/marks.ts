import pc from 'picocolors';
import type { CellResult } from '../verdict/cell-result.ts';
import type { Outcome } from '../verdict/verdict.ts';

const MARKS: Record<Outcome, string> = { held: pc.green('✓'), violated: pc.red('✗'), open: pc.yellow('?') };

/** One character for how a cell came out; a dot where nothing was expected. Colour is never the only sign. */
export function markOf({ cell, outcome }: CellResult): string {
  return cell.expected === 'any' ? pc.dim('·') : MARKS[outcome];
}
