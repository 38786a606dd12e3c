import { adviceFor } from './advice.ts';
import { expectationOf, findingsByCheck } from './answer.ts';
import { oneLine } from './cut.ts';
import { milliseconds, percent, wholeNumber } from './numbers.ts';
import type { CellJson } from './run-schema.ts';

/** The figures of a cell in one line of text. */
export function figuresText(cell: CellJson): string {
  const { failures, trials, failureRate, kills, operations, throughputPerSecond, latencyMs } = cell;
  const interval = `95 % interval ${percent(failureRate.low)}–${percent(failureRate.high)}`;
  const struck = kills.inTransaction === null ? '' : `, ${kills.inTransaction} in a transaction`;
  return [
    `${failures} of ${trials} trials failed (${interval})`,
    `${wholeNumber(kills.total)} kills${struck}`,
    `${wholeNumber(operations.acknowledged)} operations acknowledged, ${wholeNumber(operations.lost)} lost`,
    `${wholeNumber(throughputPerSecond)} operations/s${latencyMs.all ? `, p99 ${milliseconds(latencyMs.all.p99)} ms` : ''}`,
  ].join('; ');
}

/** Why a cell is not as expected, in a sentence. */
export function headlineOf(cell: CellJson): string {
  const { label, verdict, outcome, inconclusiveBecause } = cell;
  if (outcome === 'open') return `${label} is inconclusive: ${inconclusiveBecause.join('; ')}`;
  if (outcome === 'held') return `${label} is ${verdict}`;
  const [first] = cell.findings.filter(({ severity }) => severity === 'violation');
  const because = first === undefined ? '' : `: ${first.check}: ${oneLine(first.message)}`;
  return `${label} is ${verdict}, expected ${expectationOf(cell)}${because}`;
}

/** The findings of a cell in words, the first of each check in full, with what to do and how to repeat it. */
export function cellText(cell: CellJson): string {
  const lines = findingsByCheck(cell.findings).flatMap(([check, findings], index) => {
    const [first] = findings;
    if (!first) return [];
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more of this check)` : '';
    // The first check is nearest to the cause: what follows from it needs no advice of its own.
    const advice = index === 0 ? adviceFor(check) : undefined;
    return [
      `${check}${first.severity === 'warning' ? ' (warning)' : ''}: ${first.message}${more}`,
      ...(first.mechanism === undefined ? [] : [`  why: ${first.mechanism}`]),
      ...(advice === undefined ? [] : [`  what to do: ${advice}`]),
      ...(first.evidence === undefined ? [] : [`  see: ${first.evidence}`]),
    ];
  });
  return [figuresText(cell), ...lines, `replay: ${cell.replay}`].join('\n');
}
