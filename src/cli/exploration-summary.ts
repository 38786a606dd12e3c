import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { ReplayReport } from '../explore/protocol.ts';
import { REPLAYS, outcomeOf, type Counterexample, type ExplorationResult } from '../explore/result.ts';
import type { Exploration } from '../scenario/exploration.ts';
import { onStdout } from './colours.ts';
import { diagram } from './diagram.ts';
import { wholeNumber } from '../report/numbers.ts';
import { NO_BORDER } from './result-table.ts';

const WIDTH_MAX = 100;
/** Keeps a number and its name on one line. */
const NBSP = '\u00a0';

/** The end of an exploration, for a person: table, what was found in words, the first counterexample as a picture. */
export function explorationSummary(
  exploration: Exploration,
  results: readonly ExplorationResult[],
  columns: number | undefined,
): string {
  const width = Math.min(columns || WIDTH_MAX, WIDTH_MAX);
  const parts = [`\n${onStdout.bold(exploration.name)}\n`, table(exploration, results, width), '\n'];
  parts.push(wrapAnsi(conclusion(results), width), '\n');
  const [first] = results.flatMap(({ counterexample, ...result }) =>
    counterexample ? [{ ...result, counterexample }] : [],
  );
  if (first) parts.push('\n', story(first, first.counterexample, width));
  parts.push('\n', replayLines(results, width));
  return parts.join('');
}

/** A row per strategy and a column per situation; where that is too wide, a row per situation. */
function table(exploration: Exploration, results: readonly ExplorationResult[], width: number): string {
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  const situations = [...new Set(results.map(({ situation }) => situation))];
  const cellOf = (strategy: string, situation: string): string => {
    const result = results.find((one) => one.strategy === strategy && one.situation === situation);
    return result ? shown(result) : onStdout.dim('–');
  };
  const isWide = situations.reduce((sum, name) => sum + Math.max(name.length, 8) + 1, 24) <= width;
  const [rows, heads] = isWide ? [strategies, situations] : [situations, strategies];
  const narrow = !isWide && heads.reduce((sum, name) => sum + Math.max(name.length, 8) + 1, 18) > width;
  const grid = new Table({
    head: ['', ...heads.map((_, index) => (narrow ? String(index + 1) : (heads[index] ?? '')))].map((head) =>
      onStdout.dim(head),
    ),
    chars: NO_BORDER,
    style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [] },
  });
  for (const row of rows) {
    grid.push([row, ...heads.map((head) => (isWide ? cellOf(row, head) : cellOf(head, row)))]);
  }
  const legend = narrow
    ? `${wrapAnsi(heads.map((head, index) => `${index + 1}${NBSP}${head}`).join(' · '), width).replaceAll(NBSP, ' ')}\n`
    : '';
  const explained = exploration.situations
    .filter(({ name }) => situations.includes(name))
    .map(({ name, summary }) => wrapAnsi(onStdout.dim(`${name}: ${summary}`), width));
  const marked = results.some((result) => outcomeOf(result) === 'violated') ? '✗ is not as expected\n' : '';
  return `${legend}${grid.toString()}\n${marked}\n${explained.join('\n')}\n`;
}

function shown(result: ExplorationResult): string {
  const words = { safe: 'safe', unsafe: 'fails', inconclusive: '?' }[result.verdict];
  if (outcomeOf(result) === 'violated') return onStdout.red(`${words} ✗`);
  return result.verdict === 'safe' ? onStdout.green(words) : onStdout.yellow(words);
}

function conclusion(results: readonly ExplorationResult[]): string {
  const exhausted = results.filter(({ verdict }) => verdict === 'safe');
  const failed = results.filter(({ verdict }) => verdict === 'unsafe');
  const open = results.filter(({ verdict }) => verdict === 'inconclusive');
  const interleavings = exhausted.reduce((sum, one) => sum + (one.interleavings ?? 0), 0);
  const steps = results.reduce((sum, one) => sum + one.steps, 0);
  const elapsedMs = results.reduce((sum, one) => sum + one.elapsedMs, 0);
  const sentences: string[] = [];
  if (exhausted.length > 0) {
    sentences.push(
      `Explored to the end in ${cellsInWords(exhausted.length)}: ${wholeNumber(interleavings)} interleavings within the bound, none fails.`,
    );
  }
  if (failed.length > 0) sentences.push(`A failing interleaving was found in ${cellsInWords(failed.length)}.`);
  for (const { strategy, situation, coverage } of open)
    sentences.push(`Not explored to the end: ${strategy}, ${situation}: ${coverage}.`);
  const violated = results.filter((result) => outcomeOf(result) === 'violated');
  for (const { strategy, situation, expected } of violated) {
    sentences.push(onStdout.red(`Not as expected: ${strategy} in ${situation} should be ${expected}.`));
  }
  const seconds = (elapsedMs / 1000).toFixed(1);
  sentences.push(onStdout.dim(`${wholeNumber(steps)} steps in ${seconds} s of exploring`));
  return sentences.join('\n');
}

function cellsInWords(count: number): string {
  return count === 1 ? '1 cell' : `${count} cells`;
}

function story(
  { strategy, situation, summary }: Pick<ExplorationResult, 'strategy' | 'situation' | 'summary'>,
  { failure, contextSwitches, story: lines, processes }: Counterexample,
  width: number,
): string {
  const head = `${onStdout.bold(strategy)}, ${situation}: ${summary}\n${onStdout.red(failure)}\nThe shortest interleaving that was found, ${switchesInWords(contextSwitches)}:\n`;
  return `${wrapAnsi(head, width)}\n${diagram(lines, processes, width)}\n`;
}

function switchesInWords(count: number): string {
  return count === 1 ? '1 context switch' : `${count} context switches`;
}

function replayLines(results: readonly ExplorationResult[], width: number): string {
  const lines = results.flatMap(({ strategy, situation, counterexample }) => {
    if (!counterexample) return [];
    const { failure, token, replayed, confirmation, contextSwitches } = counterexample;
    const confirmed =
      confirmation &&
      (confirmation.confirmed ? ' · real processes do the same' : ` · real processes: ${confirmation.seen}`);
    const facts = `${switchesInWords(contextSwitches)} · ${replayed} of ${REPLAYS} replays${confirmed ?? ''}`;
    return [
      wrapAnsi(`${strategy}, ${situation}: ${failure}`, width),
      `  ${onStdout.dim(facts)}`,
      `  crashboard replay '${token}'`,
    ];
  });
  return lines.length === 0 ? '' : `${onStdout.bold('Counterexamples')}\n${lines.join('\n')}\n`;
}

/** What a replay showed. */
export function replaySummary(report: ReplayReport, columns: number | undefined): string {
  const width = Math.min(columns || WIDTH_MAX, WIDTH_MAX);
  const {
    strategy,
    situation,
    summary,
    failure,
    times,
    same,
    mismatch,
    story: lines,
    processes,
    confirmation,
  } = report;
  const parts = [`${onStdout.bold(strategy)}, ${situation}: ${summary}\n\n`, diagram(lines, processes, width), '\n\n'];
  if (mismatch !== undefined) parts.push(`${wrapAnsi(`${mismatch}; it was followed as far as it goes`, width)}\n`);
  parts.push(failure === undefined ? 'It does not fail.\n' : `${onStdout.red(failure)}\n`);
  parts.push(`${same} of ${times} replays ${same === times ? 'came out the same' : 'came out like the first'}.\n`);
  if (confirmation)
    parts.push(confirmation.confirmed ? 'Real processes do the same.\n' : `Real processes: ${confirmation.seen}\n`);
  return parts.join('');
}
