import { relative } from 'node:path';
import wrapAnsi from 'wrap-ansi';
import type { RefusalCode } from '../board/refused.ts';
import { evidencePath } from '../report/run-json.ts';
import type { RunFolder } from '../run/output-folder.ts';
import type { RunResult } from '../run/run.ts';
import { cellLabel } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/schema.ts';
import { exactInterval } from '../verdict/interval.ts';
import type { CellFinding, CellResult } from '../verdict/cell-result.ts';
import { onStdout } from './colours.ts';
import { markOf } from './marks.ts';
import { percent, wholeNumber } from './numbers.ts';
import { resultTable } from './result-table.ts';

/** What the summary needs besides the result. */
export interface SummaryContext {
  folder: RunFolder;
  scenarios: readonly Scenario[];
  replay: (result: CellResult) => string;
  /** Width of the terminal; `undefined` in a pipe, 0 on a terminal that does not know. */
  columns: number | undefined;
}

const WIDTH_MAX = 100;

/** The end of a run, for a person: a table per scenario, the conclusion, the findings in words, how to repeat it. */
export function summaryOf(result: RunResult, context: SummaryContext): string {
  const width = Math.min(context.columns || WIDTH_MAX, WIDTH_MAX);
  const parts: string[] = [];
  for (const scenario of context.scenarios) {
    const cells = result.cells.filter(({ cell }) => cell.scenario === scenario.name);
    if (cells.length === 0) continue;
    parts.push(
      `\n${onStdout.bold(scenario.name)}\n`,
      resultTable(cells, width),
      '\n\n',
      wrap(conclusionOf(cells), width),
      '\n',
    );
  }
  for (const cell of result.cells) parts.push(findingsOf(cell, context, width));
  parts.push('\n', closing(result, context));
  return parts.join('');
}

function conclusionOf(cells: readonly CellResult[]): string {
  const strategies = cells.filter(({ cell }) => !cell.isControl);
  const controls = cells.filter(({ cell }) => cell.isControl);
  const sentences = [
    safeSentence(strategies),
    unsafeSentence(strategies),
    errorsSentence(strategies),
    inconclusiveSentence(cells),
    controlsSentence(controls),
  ];
  return sentences.filter(Boolean).join('\n');
}

/** What silence is worth: how many chances there were, and the rate that they leave open. */
function safeSentence(cells: readonly CellResult[]): string {
  const safe = cells.filter(({ verdict }) => verdict === 'safe');
  if (safe.length === 0) return '';
  const total = (of: (cell: CellResult) => number): number => safe.reduce((sum, cell) => sum + of(cell), 0);
  const kills = total((cell) => cell.kills.total);
  const inTransaction = total((cell) => cell.kills.inTransaction ?? 0);
  const acknowledged = wholeNumber(total((cell) => cell.acknowledged));
  const lost = total((cell) => cell.lost);
  const sentence = `Safe: ${safe.length} of ${cells.length} strategies. ${lost} of ${acknowledged} acknowledged operations lost`;
  if (kills === 0) return `${sentence}.`;
  const bound = percent(exactInterval(0, kills).high);
  return (
    `${sentence} in ${kills} kills, ${inTransaction} of them measured inside a transaction: ` +
    `a kill does damage in at most ${bound} of cases (95 %, all together).`
  );
}

function unsafeSentence(cells: readonly CellResult[]): string {
  const unsafe = cells.filter(({ verdict }) => verdict === 'unsafe');
  return unsafe.length === 0 ? '' : `Unsafe: ${unsafe.map(({ cell }) => cell.id).join(', ')}.`;
}

/** What callers were told when it was not committed: the price of a strategy that kept the board intact. */
function errorsSentence(cells: readonly CellResult[]): string {
  const perCell = cells.flatMap(({ cell, errors }) => {
    const codes = errorsByCode(errors).map(([code, count]) => `${wholeNumber(count)} ${code}`);
    return codes.length === 0 ? [] : `${cell.id} ${codes.join(', ')}`;
  });
  return perCell.length === 0 ? '' : `Errors told to callers: ${perCell.join('; ')}.`;
}

/** Refusals by the board's own rules are no errors. */
const REFUSALS: readonly string[] = [
  'CLAIM_LOST',
  'CLAIM_STALE',
  'NOTHING_TO_DO',
  'LEASE_HELD',
] satisfies RefusalCode[];

function errorsByCode(errors: Record<string, number>): [code: string, count: number][] {
  const total = new Map<string, number>();
  for (const [key, count] of Object.entries(errors)) {
    const code = key.slice(key.indexOf(' ') + 1);
    if (!REFUSALS.includes(code)) total.set(code, (total.get(code) ?? 0) + count);
  }
  return [...total].toSorted(([, a], [, b]) => b - a);
}

function inconclusiveSentence(cells: readonly CellResult[]): string {
  return cells
    .filter(({ verdict }) => verdict === 'inconclusive')
    .map(({ cell, vacuous }) => `Inconclusive: ${cell.id}: ${vacuous.join('; ')}.`)
    .join('\n');
}

function controlsSentence(controls: readonly CellResult[]): string {
  if (controls.length === 0) return '';
  const caught = controls.filter(({ outcome }) => outcome === 'held').length;
  const meaning = caught === controls.length ? 'this run can see damage' : 'this run cannot be trusted to see damage';
  return `Controls: ${caught} of ${controls.length} known-bad variants caught as expected; ${meaning}.`;
}

function findingsOf(result: CellResult, context: SummaryContext, width: number): string {
  const { cell, findings, outcome, verdict } = result;
  if (findings.length === 0 && outcome !== 'violated') return '';
  const what = cell.id === cellLabel(cell) ? '' : ` (${cellLabel(cell)})`;
  const lines = [
    `\n${markOf(result, onStdout)} ${onStdout.bold(cell.id)}${what} is ${verdict}${expectationOf(result)}\n`,
  ];
  const isNews = outcome === 'violated' || !cell.isControl;
  for (const [check, group] of Map.groupBy(findings, (finding) => finding.check)) {
    lines.push(isNews ? findingText(check, group, result, context, width) : findingLine(check, group, width));
  }
  if (outcome === 'violated') lines.push(`  replay: ${context.replay(result)}\n`);
  return lines.join('');
}

function expectationOf({ cell, outcome }: CellResult): string {
  if (cell.expected === 'any') return '';
  if (outcome !== 'violated') return ', as expected';
  return onStdout.red(
    `, not as expected: ${typeof cell.expected === 'string' ? cell.expected : inWords(cell.expected)}`,
  );
}

function inWords({ checks, earlySign }: Exclude<CellResult['cell']['expected'], string>): string {
  return `unsafe, caught by at least ${checks} checks${earlySign ? ', one of them an early sign' : ''}`;
}

/** A control that was caught needs no more than a line for each check that did. */
function findingLine(check: string, findings: readonly CellFinding[], width: number): string {
  const text = `  ${check}: ${findings[0]?.message ?? ''}`;
  return `${text.length > width ? `${text.slice(0, width - 1)}…` : text}\n`;
}

/** The first finding of a check in words; the others of the same check as a number. */
function findingText(
  check: string,
  findings: readonly CellFinding[],
  result: CellResult,
  { folder }: SummaryContext,
  width: number,
): string {
  const [first] = findings as [CellFinding, ...CellFinding[]];
  const sign = first.severity === 'warning' ? ' (warning)' : '';
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more of this check)` : '';
  const lines = [`${onStdout.bold(check)}${sign}: ${first.message}${more}`];
  if (first.mechanism !== undefined) lines.push(`why: ${first.mechanism}`);
  if (first.severity === 'violation') lines.push(`see: ${evidencePath(result, first, folder)}`);
  return `${indent(wrap(lines.join('\n'), width - 4), '    ')}\n`;
}

function closing({ plan, interrupted }: RunResult, { folder }: SummaryContext): string {
  const place = relative(process.cwd(), folder.path) || '.';
  const note = interrupted ? 'Interrupted: this is what there is. ' : '';
  return `${note}seed ${plan.seed} · plan ${plan.digest} · results in ${place}\n`;
}

function wrap(text: string, width: number): string {
  return wrapAnsi(text, width, { hard: false });
}

function indent(text: string, by: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? `  ${line}` : by + line))
    .join('\n');
}
