import { REPLAYS, outcomeOf, type ExplorationResult } from '../../explore/result.ts';
import type { Exploration, Situation } from '../../scenario/exploration.ts';
import { wholeNumber } from '../numbers.ts';
import {
  INTERLEAVING,
  interleavingSchema,
  type Interleaving,
  type InterleavingCell,
  type InterleavingExample,
} from './interleaving-data.ts';
import type { Section } from './section.ts';

/** What a report tells of the exploration itself. */
type Told = Pick<Exploration, 'name' | 'question'> & { situations: readonly Pick<Situation, 'name' | 'summary'>[] };

/** An exploration as a part of a report. @param text the same for a terminal, line by line. */
export function interleavingSection(
  { name, question, situations }: Told,
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
  const verb = unsafe.length === 1 ? 'fails' : 'fail';
  const left = open.length > 0 ? `, ${open.length} not explored to the end` : '';
  const expected =
    violated.length > 0
      ? `${violated.length} not as expected`
      : open.length > 0
        ? 'so far as expected'
        : 'all as expected';
  const sentences = [
    `${safe.length} of ${results.length} cells explored to the end without failure, ${unsafe.length} ${verb}${left}; ${expected}.`,
    ...violated.map(({ strategy, situation, verdict }) => {
      const came = verdict === 'safe' ? 'does not fail, and should fail' : 'fails, and should be safe';
      return `Not as expected: ${strategy} in ${situation} ${came}.`;
    }),
  ];
  if (safe.length > 0) {
    const interleavings = safe.reduce((sum, one) => sum + (one.interleavings ?? 0), 0);
    sentences.push(
      `The cells without failure stand for ${wholeNumber(interleavings)} interleavings, all that there are within the bound.`,
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
