import type { Scenario } from '../scenario/schema.ts';
import type { CellResult } from '../verdict/cell-result.ts';

/** What the command line says over a scenario. */
export interface Overrides {
  processes?: number;
  threads?: number;
  duration?: number;
  trials?: number;
}

/** The command that repeats one cell with the same plan. */
export function replayLine(
  references: readonly string[],
  scenarios: readonly Scenario[],
  flags: Overrides,
  seed: string,
): (result: Pick<CellResult, 'cell'>) => string {
  const overrides = [
    flags.processes !== undefined && `--processes ${flags.processes}`,
    flags.threads !== undefined && `--threads ${flags.threads}`,
    flags.duration !== undefined && `--duration ${flags.duration}ms`,
    flags.trials !== undefined && `--trials ${flags.trials}`,
  ].filter((part) => part !== false);
  return ({ cell }) => {
    const reference = references[scenarios.findIndex(({ name }) => name === cell.scenario)] ?? cell.scenario;
    return ['crashboard run', quoted(reference), `--cell ${cell.id}`, `--seed ${seed}`, ...overrides].join(' ');
  };
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
