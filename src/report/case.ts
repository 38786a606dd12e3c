import { cellText, headlineOf } from './cell-text.ts';
import { cellsByScenario } from './answer.ts';
import type { RunJson } from './run-schema.ts';
import { interleavingOf } from './section/interleaving-data.ts';
import { interleavingHeadline, interleavingText, outcomeInReports } from './section/interleaving-text.ts';

/** A cell of a storm or of an exploration, as CI servers are told of it. */
export interface Case {
  scenario: string;
  name: string;
  outcome: 'held' | 'violated' | 'open';
  durationMs: number;
  /** What came out, in a sentence. */
  headline: string;
  /** All of it in words, with the line that repeats it. */
  text: string;
}

/** Everything in a run that can hold or not, scenario by scenario. */
export function casesOf({ scenarios, cells, sections }: RunJson): { scenario: string; cases: Case[] }[] {
  const storms = cellsByScenario(scenarios, cells).map(({ name, cells: own }) => ({
    scenario: name,
    cases: own.map(
      (cell): Case => ({
        scenario: name,
        name: cell.id,
        outcome: cell.outcome,
        durationMs: cell.perTrial.reduce((sum, { durationMs }) => sum + durationMs, 0),
        headline: headlineOf(cell),
        text: cellText(cell),
      }),
    ),
  }));
  const explorations = sections.flatMap((section) => {
    const told = interleavingOf(section);
    if (!told) return [];
    const { scenario } = section;
    const cases = told.cells.map(
      (cell): Case => ({
        scenario,
        name: `${cell.strategy}, ${cell.situation}`,
        outcome: outcomeInReports(cell),
        durationMs: cell.elapsedMs,
        headline: interleavingHeadline(cell),
        text: interleavingText(cell, told),
      }),
    );
    return [{ scenario, cases }];
  });
  return [...storms, ...explorations];
}
