import type { Expectation } from '../scenario/exploration.ts';
import type { StoryLine } from './story.ts';

/** `safe`: everything within the bound was executed and nothing failed. `inconclusive`: not everything was. */
export type ExplorationVerdict = 'safe' | 'unsafe' | 'inconclusive';

/** The shortest failing interleaving that was found. */
export interface Counterexample {
  /** What the situation's check says. */
  failure: string;
  /** Replays it, see `token.ts`. */
  token: string;
  contextSwitches: number;
  moves: number;
  /** Replays that failed in the same way, of {@link REPLAYS}. */
  replayed: number;
  story: StoryLine[];
  /** Which process each actor belongs to. */
  processes: number[];
  /** What real processes did with the same schedule, if they were asked. */
  confirmation?: Confirmation;
}

/** A schedule as real processes carried it out. */
export interface Confirmation {
  confirmed: boolean;
  /** What the check said of what they did, or where they could not follow. */
  seen: string;
}

/** How often a counterexample is replayed before it is shown. */
export const REPLAYS = 100;

/** What came out of one cell. */
export interface ExplorationResult {
  scenario: string;
  strategy: string;
  situation: string;
  summary: string;
  expected: Expectation;
  verdict: ExplorationVerdict;
  /** What was covered, in words. */
  coverage: string;
  interleavings: number | undefined;
  executions: number;
  steps: number;
  elapsedMs: number;
  counterexample: Counterexample | undefined;
}

/** Whether an expectation was met. `open` if nobody can say. */
export function outcomeOf({
  verdict,
  expected,
}: Pick<ExplorationResult, 'verdict' | 'expected'>): 'held' | 'violated' | 'open' {
  if (verdict === 'inconclusive') return 'open';
  return verdict === expected ? 'held' : 'violated';
}
