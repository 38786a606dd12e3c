import { relative } from 'node:path';
import wrapAnsi from 'wrap-ansi';
import { cellsByScenario, conclusionOf, expectationOf, findingsByCheck } from '../report/answer.ts';
import type { CellJson, FindingJson, RunJson } from '../report/run-schema.ts';
import { onStdout } from './colours.ts';
import { markOf } from './marks.ts';
import { resultTable } from './result-table.ts';

/** What the summary needs besides the run. */
export interface SummaryContext {
  /** Folder of the run. */
  folder: string;
  /** Width of the terminal; `undefined` in a pipe, 0 on a terminal that does not know. */
  columns: number | undefined;
  /** Where to find the report that a browser shows, if one was written. */
  html?: string | undefined;
}

const WIDTH_MAX = 100;

/** The end of a run, for a person: a table per scenario, the conclusion, the findings in words, how to repeat it. */
export function summaryOf(run: RunJson, context: SummaryContext): string {
  const width = Math.min(context.columns || WIDTH_MAX, WIDTH_MAX);
  const parts: string[] = [];
  for (const { name, cells } of cellsByScenario(run.scenarios, run.cells)) {
    const conclusion = wrap(conclusionOf(cells).join('\n'), width);
    parts.push(`\n${onStdout.bold(name)}\n`, resultTable(cells, width), '\n\n', conclusion, '\n');
  }
  for (const cell of run.cells) parts.push(findingsOf(cell, width));
  for (const { title, text } of run.sections) parts.push(`\n${onStdout.bold(title)}\n${text.join('\n')}\n`);
  parts.push('\n', closing(run, context));
  return parts.join('');
}

function findingsOf(cell: CellJson, width: number): string {
  const { id, label, findings, outcome, verdict } = cell;
  if (findings.length === 0 && outcome !== 'violated') return '';
  const what = id === label ? '' : ` (${label})`;
  const lines = [`\n${markOf(cell, onStdout)} ${onStdout.bold(id)}${what} is ${verdict}${comparedOf(cell)}\n`];
  const isNews = outcome === 'violated' || !cell.control;
  for (const [check, group] of findingsByCheck(findings)) {
    lines.push(isNews ? findingText(check, group, width) : findingLine(check, group, width));
  }
  if (outcome === 'violated') lines.push(`  replay: ${cell.replay}\n`);
  return lines.join('');
}

function comparedOf(cell: CellJson): string {
  if (cell.expected === 'any') return '';
  if (cell.outcome !== 'violated') return ', as expected';
  return onStdout.red(`, not as expected: ${expectationOf(cell)}`);
}

/** A control that was caught needs no more than a line for each check that did. */
function findingLine(check: string, findings: readonly FindingJson[], width: number): string {
  const text = `  ${check}: ${findings[0]?.message ?? ''}`;
  return `${text.length > width ? `${text.slice(0, width - 1)}…` : text}\n`;
}

/** The first finding of a check in words; the others of the same check as a number. */
function findingText(check: string, findings: readonly FindingJson[], width: number): string {
  const [first] = findings as [FindingJson, ...FindingJson[]];
  const sign = first.severity === 'warning' ? ' (warning)' : '';
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more of this check)` : '';
  const lines = [`${onStdout.bold(check)}${sign}: ${first.message}${more}`];
  if (first.mechanism !== undefined) lines.push(`why: ${first.mechanism}`);
  if (first.severity === 'violation' && first.evidence !== undefined) lines.push(`see: ${first.evidence}`);
  return `${indent(wrap(lines.join('\n'), width - 4), '    ')}\n`;
}

function closing({ seed, planDigest, interrupted, shard }: RunJson, { folder, html }: SummaryContext): string {
  const place = relative(process.cwd(), folder) || '.';
  const note = interrupted ? 'Interrupted: this is what there is. ' : '';
  const part = shard ? ` · shard ${shard.index}/${shard.of}` : '';
  const report = html === undefined ? '' : `report: ${relative(process.cwd(), html)}\n`;
  return `${note}seed ${seed} · plan ${planDigest}${part} · results in ${place}\n${report}`;
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
