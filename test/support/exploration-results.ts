import type { Counterexample, ExplorationResult } from '../../src/explore/result.ts';
import type { StoryLine } from '../../src/explore/story.ts';
import { interleavingSection } from '../../src/report/section/interleaving.ts';
import type { Section } from '../../src/report/section/section.ts';

const line = (actor: number, what: string, wishes: Partial<StoryLine> = {}): StoryLine => ({
  actor,
  action: 'step',
  what,
  came: '',
  failed: false,
  steps: 1,
  ...wishes,
});

/** Two processes that look before either has altered. */
export function aCounterexample(wishes: Partial<Counterexample> = {}): Counterexample {
  const failure = 'SQLITE_ERROR: duplicate column name: session_id';
  return {
    failure,
    token: '0.1.0/race/two/bare/A19B21A3/abc/12345678',
    contextSwitches: 2,
    moves: 40,
    replayed: 100,
    processes: [0, 1],
    story: [
      line(0, '', { steps: 18 }),
      line(0, 'PRAGMA table_info(tasks)', { came: '33 columns, no session_id' }),
      line(1, '', { action: 'stop', came: 'SIGSTOP: it stands still, and keeps what it holds' }),
      line(1, 'ALTER TABLE tasks ADD COLUMN session_id TEXT'),
      line(0, 'ALTER TABLE tasks ADD COLUMN session_id TEXT', { came: failure, failed: true }),
    ],
    ...wishes,
  };
}

/** What came out of one cell: safe, as expected, unless told otherwise. */
export function aResult(strategy: string, wishes: Partial<ExplorationResult> = {}): ExplorationResult {
  const isUnsafe = wishes.counterexample !== undefined;
  return {
    scenario: 'race',
    strategy,
    situation: 'two',
    summary: 'two processes open an old board',
    expected: 'safe',
    verdict: isUnsafe ? 'unsafe' : 'safe',
    coverage: 'all 700 interleavings with up to 2 preemptions',
    interleavings: 700,
    executions: 700,
    steps: 40_000,
    elapsedMs: 800,
    counterexample: undefined,
    ...wishes,
  };
}

/** The section that a report has of these results. */
export function aSection(results: readonly ExplorationResult[]): Section {
  const situations = [...new Map(results.map((each) => [each.situation, each])).values()].map(
    ({ situation, summary }) => ({ name: situation, summary }),
  );
  const told = { name: 'race', question: 'Who gets `duplicate column name`?', situations };
  return interleavingSection(told, results, ['race', 'as text']);
}
