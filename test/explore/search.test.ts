import { describe, expect, it } from 'vitest';
import { bundled } from '../../src/engine/bundled.ts';
import { execute } from '../../src/explore/execute.ts';
import { minimise } from '../../src/explore/minimise.ts';
import { contextSwitches } from '../../src/explore/move.ts';
import { replayToken } from '../../src/explore/replay-token.ts';
import { DepthFirst } from '../../src/explore/scheduler/depth-first.ts';
import { Pct } from '../../src/explore/scheduler/pct.ts';
import { RandomWalk } from '../../src/explore/scheduler/random-walk.ts';
import { ScheduleMismatch, replay } from '../../src/explore/scheduler/replay.ts';
import { search } from '../../src/explore/search.ts';
import { storyOf } from '../../src/explore/story.ts';
import { formatToken, marksOf, parseToken } from '../../src/explore/token.ts';
import { Setting } from '../../src/explore/world.ts';
import type { Exploration, Outcome, Program } from '../../src/scenario/exploration.ts';
import { STRATEGIES } from '../../src/strategy/presets/index.ts';
import { executeAll, failuresOf, settingOf, situationOf } from '../support/explored.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const open: Program = function* (session) {
  yield* session.open();
};
const check = ({ actors }: Outcome) => {
  const threw = actors.find((end) => end.how === 'threw');
  return threw?.how === 'threw' ? `${threw.code}: ${threw.message}` : undefined;
};
const board = { start: 'old', lacks: ['consecutive_failures', 'model_override'] } as const;
const race = situationOf([open, open], { name: 'race', board, check, axes: { initialisedCache: 'per-process' } });
const axesOf = (name: string) => {
  const strategy = STRATEGIES.find((one) => one.name === name);
  if (!strategy) throw new Error(name);
  return strategy.axes;
};
const settingFor = (strategy: string) => new Setting(race, axesOf(strategy), bundled, temporaryFolder());
const UNLIMITED = { timeMs: Infinity, progress: () => {} };

describe('a search of the duplicate-column race', () => {
  it('finds what the report saw, in as few context switches as there can be, and replays it', () => {
    const setting = settingFor('unguarded');
    const { failing, ended } = search(setting, new DepthFirst({ bound: 2, prune: true }), UNLIMITED);

    expect(ended).toBe('failed');
    expect(failing?.failure).toBe('SQLITE_ERROR: duplicate column name: consecutive_failures');
    const moves = failing?.moves ?? [];
    expect(contextSwitches(moves)).toBe(2);
    for (let round = 0; round < 20; round++) {
      expect(execute(setting, replay(moves), moves.length).failure).toBe(failing?.failure);
    }
    // It cannot be had with fewer: one after the other, nothing fails.
    expect(failuresOf(setting, 0)).toEqual(new Set());
  });

  it('tells it in a few lines that end with the error', () => {
    const setting = settingFor('unguarded');
    const { failing } = search(setting, new DepthFirst({ bound: 1, prune: true }), UNLIMITED);
    const story = storyOf(failing?.execution.made ?? [], race.processes);

    expect(story.length).toBeLessThan(12);
    expect(story.reduce((sum, { steps }) => sum + steps, 0)).toBeGreaterThanOrEqual((failing?.moves.length ?? 0) - 1);
    expect(story.find(({ what }) => what === 'PRAGMA table_info(tasks)')?.came).toBe(
      '33 columns, no consecutive_failures',
    );
    expect(story.at(-1)).toMatchObject({ actor: 0, failed: true });
    expect(story.filter(({ failed }) => failed)).toHaveLength(1);
  });

  it.each(['init-flock', 'immediate', 'write-flock-bounded'])(
    'finds nothing for %s, and says that it has seen all',
    (name) => {
      const scheduler = new DepthFirst({ bound: 1, prune: true });
      expect(search(settingFor(name), scheduler, UNLIMITED)).toMatchObject({ ended: 'through', failing: undefined });
      expect(scheduler.coverage().isExhausted).toBe(true);
    },
  );

  it('that has no time left says so', () => {
    const scheduler = new DepthFirst({ bound: 4, prune: false });
    expect(search(settingFor('immediate'), scheduler, { ...UNLIMITED, timeMs: 300 }).ended).toBe('out-of-time');
    expect(scheduler.coverage().isExhausted).toBe(false);
    expect(scheduler.coverage().words).toContain('not all of them');
  });
});

describe('schedulers without an end of their own', () => {
  const schedulesOf = (scheduler: RandomWalk | Pct) =>
    executeAll(settingFor('unguarded'), scheduler).map(({ made }) => made.map(({ actor }) => actor).join(''));

  it.each([
    ['a random walk', (seed: string) => new RandomWalk({ seed, schedules: 15 })],
    ['PCT', (seed: string) => new Pct({ seed, schedules: 15 })],
  ])('%s repeats itself for the same seed, and not for another', (_, make) => {
    expect(schedulesOf(make('a'))).toEqual(schedulesOf(make('a')));
    expect(schedulesOf(make('a'))).not.toEqual(schedulesOf(make('b')));
  });

  it('find the race as well, and minimise it to the same interleaving', () => {
    for (const scheduler of [new RandomWalk({ seed: 's', schedules: 200 }), new Pct({ seed: 's', schedules: 200 })]) {
      const setting = settingFor('unguarded');
      const execution = executeAll(setting, scheduler).find(({ failure }) => failure);
      if (!execution) throw new Error(`${scheduler.name} found nothing`);
      expect(contextSwitches(minimise(setting, execution).moves)).toBe(2);
    }
  });

  it('PCT prints its probability bound', () => {
    const scheduler = new Pct({ seed: 's', schedules: 10 });
    const longest = Math.max(...executeAll(settingFor('unguarded'), scheduler).map(({ made }) => made.length));
    const bound = 1 - (1 - 1 / (2 * longest ** 2)) ** 10;
    expect(scheduler.coverage().words).toContain(`at least ${(bound * 100).toPrecision(2)} %`);
  });
});

describe('replaying a token', () => {
  const exploration = (strategy: string): Exploration => ({
    kind: 'exploration',
    name: 'toy',
    question: '?',
    strategies: [{ name: 'mine', extends: strategy, axes: {} }],
    situations: [race],
    expect: {},
    bound: 2,
  });
  const tokenOfRace = () => {
    const { failing } = search(settingFor('unguarded'), new DepthFirst({ bound: 1, prune: true }), UNLIMITED);
    if (!failing) throw new Error('the race was not found');
    const [schedule, marks] = [[...failing.moves], marksOf(failing.execution.made)];
    return parseToken(
      formatToken({ version: '0', scenario: 'toy', situation: 'race', strategy: 'mine', schedule, marks }),
    );
  };
  const replayed = (strategy: string, token = tokenOfRace()) =>
    replayToken(token, exploration(strategy), bundled, temporaryFolder(), 5);

  it('fails the same way every time', () => {
    expect(replayed('unguarded')).toMatchObject({
      same: 5,
      mismatch: undefined,
      execution: { failure: 'SQLITE_ERROR: duplicate column name: consecutive_failures' },
    });
  });

  it('on a strategy that has changed says at which step, and follows it as far as it goes', () => {
    const { mismatch, execution } = replayed('init-flock');
    expect(mismatch).toBeInstanceOf(ScheduleMismatch);
    expect(mismatch?.step).toBe(2);
    expect(mismatch?.message).toContain('wait for lock on board.db.init.lock');
    expect(execution.failure).toBeUndefined();
  });

  it('of something that the exploration does not have is refused', () => {
    expect(() => replayed('unguarded', { ...tokenOfRace(), strategy: 'mind' })).toThrow(
      'no strategy of this exploration is named "mind"',
    );
  });
});

it('minimising leaves out what has nothing to do with the failure', () => {
  const bystander: Program = function* (session) {
    yield* session.open();
    yield session.get('SELECT 1');
  };
  const wide = settingOf(
    [open, open, bystander],
    { board, check, axes: { initialisedCache: 'per-process' } },
    axesOf('unguarded'),
  );
  const execution = executeAll(wide, new RandomWalk({ seed: 'x', schedules: 300 })).find(({ failure }) => failure);
  if (!execution) throw new Error('nothing failed');
  const { moves, failure } = minimise(wide, execution);

  expect(failure).toContain('duplicate column name');
  expect(contextSwitches(moves)).toBe(2);
  expect(new Set(moves.map(({ actor }) => actor)).size).toBe(2);
});
