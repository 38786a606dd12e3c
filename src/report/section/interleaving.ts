import { REPLAYS, outcomeOf, type ExplorationResult } from '../../explore/result.ts';
import type { Exploration } from '../../scenario/exploration.ts';
import { wholeNumber } from '../numbers.ts';
import {
  INTERLEAVING,
  interleavingSchema,
  type Interleaving,
  type InterleavingCell,
  type InterleavingExample,
} from './interleaving-data.ts';
import type { Section } from './section.ts';

/** An exploration as a part of a report. @param text the same for a terminal, line by line. */
export function interleavingSection(
  { name, question, situations }: Pick<Exploration, 'name' | 'question' | 'situations'>,
  results: readonly ExplorationResult[],
  text: string[],
): Section {
  const cells = results.map(cellOf);
  const data: Interleaving = {
    answer: answerOf(results),
    situations: situations
      .filter((situation) => cells.some((one) => one.situation === situation.name))
      .map((situation) => ({ name: situation.name, summary: situation.summary })),
    cells,
  };
  return { type: INTERLEAVING, scenario: name, title: question, text, data: interleavingSchema.parse(data) };
}

function cellOf(result: ExplorationResult): InterleavingCell {
  const { strategy, situation, expected, verdict, coverage, steps, elapsedMs, counterexample: found } = result;
  return {
    strategy,
    situation,
    expected,
    verdict,
    outcome: outcomeOf(result),
    coverage,
    steps,
    elapsedMs,
    counterexample: found ? exampleOf(found) : null,
  };
}

function exampleOf(found: NonNullable<ExplorationResult['counterexample']>): InterleavingExample {
  const { failure, contextSwitches, replayed, confirmation, processes, story, token } = found;
  return {
    failure,
    contextSwitches,
    replayed,
    replays: REPLAYS,
    confirmed: confirmation?.confirmed ?? null,
    seen: confirmation?.confirmed === false ? confirmation.seen : '',
    processes,
    story,
    replay: `crashboard replay '${token}'`,
  };
}

/** The answer in sentences: what was explored to the end, what fails, and whether that was expected. */
function answerOf(results: readonly ExplorationResult[]): string[] {
  const of = (verdict: ExplorationResult['verdict']) => results.filter((result) => result.verdict === verdict);
  const [safe, unsafe, open] = [of('safe'), of('unsafe'), of('inconclusive')];
  const violated = results.filter((result) => outcomeOf(result) === 'violated');
  const asExpected = violated.length === 0 ? 'all' : `${results.length - open.length - violated.length}`;
  const sentences = [
    `${safe.length} of ${results.length} cells explored to the end without failure, ${unsafe.length} ` +
      `${unsafe.length === 1 ? 'fails' : 'fail'}${open.length > 0 ? `, ${open.length} not explored to the end` : ''}; ` +
      `${asExpected} ${open.length > 0 ? 'that were decided ' : ''}as expected.`,
    ...violated.map(({ strategy, situation, expected, verdict }) => {
      const came = verdict === 'safe' ? 'does not fail' : 'fails';
      return `Not as expected: ${strategy} in ${situation} ${came}, and should ${expected === 'safe' ? 'be safe' : 'fail'}.`;
    }),
  ];
  if (safe.length > 0) {
    const interleavings = safe.reduce((sum, one) => sum + (one.interleavings ?? 0), 0);
    sentences.push(
      `Without failure means ${wholeNumber(interleavings)} interleavings within the bound, none left out.`,
    );
  }
  return [...sentences, ...confirmedOf(results)];
}

function confirmedOf(results: readonly ExplorationResult[]): string[] {
  const asked = results.flatMap(({ counterexample: found }) => found?.confirmation ?? []);
  if (asked.length === 0) return [];
  const same = asked.filter(({ confirmed }) => confirmed).length;
  return [`Real processes did the same in ${same} of ${asked.length} counterexamples.`];
}
