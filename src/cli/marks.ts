import type { CellResult } from '../verdict/cell-result.ts';
import type { Colours } from './colours.ts';

/** One character for how a cell came out; a dot where nothing was expected. Colour is never the only sign. */
export function markOf({ cell, outcome }: CellResult, colours: Colours): string {
  if (cell.expected === 'any') return colours.dim('·');
  return { held: colours.green('✓'), violated: colours.red('✗'), open: colours.yellow('?') }[outcome];
}
