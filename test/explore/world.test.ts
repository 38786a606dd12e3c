import { describe, expect, it } from 'vitest';
import { complete } from '../../src/board/operation/complete.ts';
import { VirtualClock } from '../../src/explore/clock.ts';
import { execute } from '../../src/explore/execute.ts';
import type { Move } from '../../src/explore/move.ts';
import { DepthFirst } from '../../src/explore/scheduler/depth-first.ts';
import { follow, replay } from '../../src/explore/scheduler/replay.ts';
import type { ActorSession, Program } from '../../src/scenario/exploration.ts';
import { holding } from '../../src/strategy/lock/lock.ts';
import { InProcessState } from '../../src/strategy/in-process.ts';
import { endsOf, executeAll, failuresOf, settingOf, toyStep, toySteps } from '../support/explored.ts';

const INSERT = "INSERT INTO tasks (id, title, status, created_at) VALUES (?, 'x', 'ready', ?)";

const writes = (id: string): Program =>
  function* (session) {
    yield* session.open();
    yield* session.write(function* () {
      yield session.run(INSERT, id, session.nowMs());
    });
    return 'wrote';
  };

const steps = (actor: number, count: number): Move[] =>
  Array.from({ length: count }, () => ({ actor, action: 'step' }));

/** Moves until an actor stands before a step of that label. */
function until(setting: Parameters<typeof execute>[0], actor: number, label: string): Move[] {
  const { made } = execute(setting, follow(steps(actor, 1000)));
  return steps(
    actor,
    made.filter((one) => one.actor === actor).findIndex(({ step }) => step?.label === label),
  );
}

describe('a statement that finds the database locked', () => {
  it('is not run before the holder has moved, and then succeeds', () => {
    const setting = settingOf([writes('a'), writes('b')]);
    const inside = until(setting, 0, 'COMMIT');
    const { made, outcome } = execute(setting, follow([...inside, ...steps(1, 1000)]));

    expect(outcome && endsOf(outcome)).toEqual(['wrote', 'wrote']);
    const firstOf = (actor: number, label: string) =>
      made.findIndex((one) => one.actor === actor && one.step?.label === label);
    expect(firstOf(1, 'BEGIN IMMEDIATE')).toBeGreaterThan(firstOf(0, 'COMMIT'));
  });

  it('fails at once if its transaction has read before, as SQLite does', () => {
    const upgrades: Program = function* (session) {
      yield* session.open();
      yield* session.write(function* () {
        yield session.get('SELECT count(*) AS tasks FROM tasks');
        yield session.run(INSERT, 'b', 1);
      });
    };
    const setting = settingOf([writes('a'), upgrades], {}, { transaction: 'deferred' });
    const failures = executeAll(setting, new DepthFirst({ bound: 2, prune: true }));
    const ends = new Set(failures.flatMap(({ outcome }) => (outcome ? [endsOf(outcome)[1]] : [])));

    expect(ends).toContain('SQLITE_BUSY_SNAPSHOT');
    expect(ends).toContain('SQLITE_BUSY');
    expect(ends).toContain('undefined');
  });

  it('is given up in virtual time when nobody else can move', () => {
    const setting = settingOf(
      [writes('a'), writes('b')],
      { mayStop: [0], stopLasts: 'for-good' },
      { busyTimeoutMs: 120_000 },
    );
    const inside = until(setting, 0, 'COMMIT');
    const startMs = performance.now();
    const { made, outcome } = execute(setting, follow([...inside, { actor: 0, action: 'stop' }]));

    expect(outcome && endsOf(outcome)).toEqual(['stopped', 'SQLITE_BUSY']);
    expect(made.at(-1)?.nowMs).toBeGreaterThanOrEqual(VirtualClock.startMs + 120_000);
    expect(performance.now() - startMs).toBeLessThan(60_000);
  });
});

describe('faults', () => {
  it('a crash lets go of the lock and takes back what was not committed', () => {
    const setting = settingOf([writes('a'), writes('b')], { mayCrash: [0] });
    const inside = until(setting, 0, 'COMMIT');
    const { outcome } = execute(setting, follow([...inside, { actor: 0, action: 'crash' }, ...steps(1, 1000)]));

    expect(outcome && endsOf(outcome)).toEqual(['crashed', 'wrote']);
    expect(outcome?.query('SELECT id FROM tasks')).toEqual([{ id: 'b' }]);
  });

  it('a crash ends all threads of the process', () => {
    const setting = settingOf([writes('a'), writes('b'), writes('c')], { mayCrash: [0], processes: [0, 0, 1] });
    const { outcome } = execute(setting, follow([...steps(0, 3), { actor: 0, action: 'crash' }]));
    expect(outcome && endsOf(outcome)).toEqual(['crashed', 'crashed', 'wrote']);
  });

  it('a process that is stopped goes on when nobody else can, and finds its claim gone', () => {
    const claims: Program = function* (session) {
      yield* session.open();
      yield* complete(session, 't');
      return 'completed';
    };
    const deletes: Program = function* (session) {
      yield* session.open();
      yield session.run("DELETE FROM tasks WHERE id = 't'");
    };
    const setting = settingOf([claims, deletes], {
      mayStop: [0],
      board: {
        start: 'current',
        sql: ["INSERT INTO tasks (id, title, status, created_at) VALUES ('t', 't', 'running', 1)"],
      },
    });
    const { outcome, made } = execute(setting, follow([...steps(0, 4), { actor: 0, action: 'stop' }]));

    expect(outcome && endsOf(outcome)).toEqual(['CLAIM_STALE', 'undefined']);
    expect(made.filter(({ action }) => action === 'resume')).toHaveLength(1);
  });

  it('an injected error comes at its step, so often and to that actor alone', () => {
    const setting = settingOf([writes('a'), writes('b')], {
      faults: [{ actor: 1, step: 'COMMIT', code: 'SQLITE_IOERR_WRITE', times: 1 }],
    });
    const { outcome } = execute(setting, follow([]));
    expect(outcome && endsOf(outcome)).toEqual(['wrote', 'SQLITE_IOERR_WRITE']);
  });
});

describe('locks besides those of SQLite', () => {
  it('a deadlock is reported as such', () => {
    const state = new InProcessState(InProcessState.allocate());
    const crosswise = (first: 'initMutex' | 'writeMutex', second: 'initMutex' | 'writeMutex'): Program =>
      function* () {
        yield* holding(state[first], function* () {
          yield* holding(state[second], () => toySteps(1, 'x')(undefined as never) as never);
        });
      };
    const isStuck = (ends: readonly { how: string }[]) => ends.every(({ how }) => how === 'stuck');
    const check = ({ actors }: { actors: readonly { how: string }[] }) => (isStuck(actors) ? 'deadlock' : undefined);
    const reset = () => {
      state.initMutex.release();
      state.writeMutex.release();
    };
    const wishes = { check: (outcome: Parameters<typeof check>[0]) => (reset(), check(outcome)), processes: [0, 0] };
    const crossed = settingOf([crosswise('initMutex', 'writeMutex'), crosswise('writeMutex', 'initMutex')], wishes);
    const ordered = settingOf([crosswise('initMutex', 'writeMutex'), crosswise('initMutex', 'writeMutex')], wishes);

    expect(failuresOf(crossed, 1)).toEqual(new Set(['deadlock']));
    expect(failuresOf(ordered, 2)).toEqual(new Set());
  });

  it('sleeping costs no time, and the clock of claims goes with it', () => {
    const seen: number[] = [];
    const sleeps: Program = function* (session: ActorSession) {
      yield* session.sleep(3_600_000);
      seen.push(session.nowMs());
    };
    execute(settingOf([sleeps]), follow([]));
    expect(seen).toEqual([VirtualClock.startMs + 3_600_000]);
  });
});

it('leaves no trace of one execution in the next', () => {
  const setting = settingOf([writes('a'), writes('b')]);
  const first = execute(setting, follow(steps(0, 7)), 7);
  const schedule = first.made.map(({ actor, action }) => ({ actor, action }));
  for (let round = 0; round < 20; round++) {
    const { made } = execute(setting, replay(schedule), 7);
    expect(made.map(({ step }) => step?.label)).toEqual(first.made.map(({ step }) => step?.label));
  }
  expect(execute(setting, follow([])).outcome?.query('SELECT count(*) AS n FROM tasks')).toEqual([{ n: 2 }]);
});

it('a mistake in a program is not an outcome', () => {
  const mistaken: Program = function* () {
    yield toyStep('x', () => {});
    throw new TypeError('a mistake');
  };
  expect(() => execute(settingOf([mistaken]), follow([]))).toThrow('a mistake');
});
