import type { CellJson } from '../report/run-schema.ts';
import type { Colours } from './colours.ts';

/** One character for how a cell came out; a dot where nothing was expected. Colour is never the only sign. */
export function markOf({ expected, outcome }: Pick<CellJson, 'expected' | 'outcome'>, colours: Colours): string {
  if (expected === 'any') return colours.dim('·');
  return { held: colours.green('✓'), violated: colours.red('✗'), open: colours.yellow('?') }[outcome];
}
