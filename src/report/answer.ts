import { refusalCodes } from '../board/refused.ts';
import { exactInterval } from '../verdict/interval.ts';
import { percent, wholeNumber } from './numbers.ts';
import type { CellJson } from './run-schema.ts';

/** The answer of one scenario in sentences: what is safe, what is not, what silence is worth, whether the run can see. */
export function conclusionOf(cells: readonly CellJson[]): string[] {
  const strategies = cells.filter(({ control }) => !control);
  const controls = cells.filter(({ control }) => control);
  return [
    safeSentence(strategies),
    unsafeSentence(strategies),
    errorsSentence(strategies),
    ...inconclusiveSentences(cells),
    controlsSentence(controls),
  ].filter(Boolean);
}

/** What silence is worth: how many chances there were, and the rate that they leave open. */
function safeSentence(cells: readonly CellJson[]): string {
  const safe = cells.filter(({ verdict }) => verdict === 'safe');
  if (safe.length === 0) return '';
  const total = (of: (cell: CellJson) => number): number => safe.reduce((sum, cell) => sum + of(cell), 0);
  const kills = total((cell) => cell.kills.total);
  const inTransaction = total((cell) => cell.kills.inTransaction ?? 0);
  const acknowledged = wholeNumber(total((cell) => cell.operations.acknowledged));
  const lost = total((cell) => cell.operations.lost);
  const sentence = `Safe: ${safe.length} of ${cells.length} strategies. ${lost} of ${acknowledged} acknowledged operations lost`;
  if (kills === 0) return `${sentence}.`;
  const bound = percent(exactInterval(0, kills).high);
  return (
    `${sentence} in ${kills} kills, ${inTransaction} of them measured inside a transaction: ` +
    `a kill does damage in at most ${bound} of cases (95 %, all together).`
  );
}

function unsafeSentence(cells: readonly CellJson[]): string {
  const unsafe = cells.filter(({ verdict }) => verdict === 'unsafe');
  return unsafe.length === 0 ? '' : `Unsafe: ${unsafe.map(({ id }) => id).join(', ')}.`;
}

/** What callers were told when it was not committed: the price of a strategy that kept the board intact. */
function errorsSentence(cells: readonly CellJson[]): string {
  const perCell = cells.flatMap(({ id, errors }) => {
    const codes = errorsByCode(errors).map(([code, count]) => `${wholeNumber(count)} ${code}`);
    return codes.length === 0 ? [] : `${id} ${codes.join(', ')}`;
  });
  return perCell.length === 0 ? '' : `Errors told to callers: ${perCell.join('; ')}.`;
}

/** How often callers were told of each code, most frequent first. Refusals by the board's own rules are no errors. */
export function errorsByCode(errors: Record<string, number>): [code: string, count: number][] {
  const total = new Map<string, number>();
  for (const [key, count] of Object.entries(errors)) {
    const code = key.slice(key.indexOf(' ') + 1);
    if (!refusalCodes.has(code)) total.set(code, (total.get(code) ?? 0) + count);
  }
  return [...total].toSorted(([, a], [, b]) => b - a);
}

function inconclusiveSentences(cells: readonly CellJson[]): string[] {
  return cells
    .filter(({ verdict }) => verdict === 'inconclusive')
    .map(({ id, inconclusiveBecause }) => `Inconclusive: ${id}: ${inconclusiveBecause.join('; ')}.`);
}

function controlsSentence(controls: readonly CellJson[]): string {
  if (controls.length === 0) return '';
  const caught = controls.filter(({ outcome }) => outcome === 'held').length;
  const meaning = caught === controls.length ? 'this run can see damage' : 'this run cannot be trusted to see damage';
  return `Controls: ${caught} of ${controls.length} known-bad variants caught as expected; ${meaning}.`;
}

/** What was expected of a cell, in words. */
export function expectationOf({ expected }: Pick<CellJson, 'expected'>): string {
  if (typeof expected === 'string') return expected;
  const { checks, earlySign } = expected;
  return `unsafe, caught by at least ${checks} checks${earlySign ? ', one of them an early sign' : ''}`;
}

/** The findings of a cell by check, in the order in which the checks first spoke. */
export function findingsByCheck<T extends { check: string }>(findings: readonly T[]): [check: string, group: T[]][] {
  return [...Map.groupBy(findings, ({ check }) => check)];
}

/** The cells of a run by scenario, in the order of the scenarios; scenarios without any are left out. */
export function cellsByScenario<T extends { scenario: string }>(
  scenarios: readonly { name: string; question: string }[],
  cells: readonly T[],
): { name: string; question: string; cells: T[] }[] {
  return scenarios
    .map((scenario) => ({ ...scenario, cells: cells.filter((cell) => cell.scenario === scenario.name) }))
    .filter((scenario) => scenario.cells.length > 0);
}
