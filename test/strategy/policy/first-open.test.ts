import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { OPTIONAL_COLUMNS, alterStatement } from '../../../src/board/optional-columns.ts';
import { INDEXES, TABLES } from '../../../src/board/schema.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { FileLock } from '../../../src/strategy/lock/file-lock.ts';
import { codeFrom, execute, newProcessState, query, sessionOn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { withSleepsPassingAtOnce } from '../../support/time-lapse.ts';

vi.mock(import('../../../src/kernel/process.ts'), { spy: true });

const BUSY_TIMEOUT_MS = 0;
const TABLE_INFO = /^PRAGMA table_info\(task_events\)/;
const LOOK_UP = 'look the board up among the initialised';
const REMEMBER = 'remember the board as initialised';
const WAIT_FOR_INIT_LOCK = /^wait for lock on board\.db\.init\.lock/;

function oldBoard(): string {
  const path = join(temporaryFolder(), 'board.db');
  execute(path, ['PRAGMA journal_mode = wal', 'BEGIN', ...TABLES, ...INDEXES, 'COMMIT'].join(';'));
  return path;
}

/** Two processes that open one board at the same time, driven by hand. */
function twoOpening(path: string, axes: Partial<StrategyAxes>) {
  const settings = { busyTimeoutMs: BUSY_TIMEOUT_MS, ...axes };
  const sessions = [sessionOn(path, settings), sessionOn(path, settings, { worker: 'w2.0' })] as const;
  return { sessions, first: new Stepper(sessions[0].open()), second: new Stepper(sessions[1].open()) };
}

const columnsOf = (path: string) => query(path, 'PRAGMA table_info(tasks)').map(({ name }) => String(name));

describe('two first opens that both read table_info before either alters', () => {
  const race = (firstOpen: StrategyAxes['firstOpen']) => {
    const path = oldBoard();
    const { sessions, first, second } = twoOpening(path, { firstOpen });
    first.advancePast(TABLE_INFO);
    second.advancePast(TABLE_INFO);
    first.finish();
    return { path, sessions, second };
  };

  it('end in "duplicate column name" for the slower one, unguarded', () => {
    const { path, sessions, second } = race('unguarded');

    expect(() => second.finish()).toThrow('duplicate column name: tenant');
    expect(second.labels.at(-1)).toBe('close the database');
    expect(sessions.map(({ isOpen }) => isOpen)).toEqual([true, false]);
    expect(new Set(columnsOf(path)).size).toBe(columnsOf(path).length);
  });

  it('are tolerated column by column, but for the one ALTER that stayed bare', () => {
    const { sessions, second } = race('duplicate-tolerant');

    expect(() => second.finish()).toThrow('duplicate column name: model_override');
    const altered = second.labels.filter((label) => label.startsWith('ALTER TABLE'));
    expect(altered[0]).toContain('tenant');
    expect(altered).toHaveLength(16);
    expect(sessions[1].isOpen).toBe(false);
  });

  it('copy old values only where the column was really added', () => {
    const { second } = race('duplicate-tolerant');
    codeFrom(() => second.finish());

    expect(second.labels.filter((label) => label.startsWith('UPDATE'))).toEqual([]);
  });

  it('meet at the column of the reports on a board that has those before it', () => {
    const path = oldBoard();
    for (const optional of OPTIONAL_COLUMNS.slice(0, 5)) execute(path, alterStatement(optional));
    const { first, second } = twoOpening(path, { firstOpen: 'unguarded' });
    first.advancePast(TABLE_INFO);
    second.advancePast(TABLE_INFO);
    first.finish();

    expect(() => second.finish()).toThrow('duplicate column name: consecutive_failures');
  });

  it('do not tolerate other errors under the name of tolerance', () => {
    const path = oldBoard();
    const { first, second } = twoOpening(path, { firstOpen: 'duplicate-tolerant' });
    second.advancePast(TABLE_INFO);
    execute(path, 'DROP TABLE tasks');

    expect(() => second.finish()).toThrow(/no such table/);
    first.finish();
  });
});

/** Lets the second process open as a whole after every possible number of steps of the first. */
function sweep(axes: Partial<StrategyAxes>): { outcomes: Set<string>; steps: number } {
  const outcomes = new Set<string>();
  for (let done = 0; ; done++) {
    const path = oldBoard();
    const { first, second } = twoOpening(path, axes);
    for (let i = 0; i < done && !first.isDone; i++) first.advance();
    const wasDone = first.isDone;
    try {
      second.finish();
      outcomes.add('opened');
    } catch (error) {
      outcomes.add((error as Error).message);
    }
    codeFrom(() => first.finish());
    expect(codeFrom(() => runFreely(sessionOn(path, axes).open()))).toBeUndefined();
    if (wasDone) return { outcomes, steps: done };
  }
}

describe('a first open in the middle of another one', () => {
  it('never meets a duplicate column if checking and altering are one immediate transaction', () => {
    const { outcomes, steps } = sweep({ firstOpen: 'immediate', busyTimeoutMs: 0 });

    expect(steps).toBeGreaterThan(40);
    expect([...outcomes].toSorted()).toEqual(['database is locked', 'opened']);
  });

  it('waits inside BEGIN IMMEDIATE rather than behind table_info', () => {
    const path = oldBoard();
    const { first, second } = twoOpening(path, { firstOpen: 'immediate' });
    first.advancePast(TABLE_INFO);

    second.advanceTo(/^BEGIN IMMEDIATE/);
    expect(codeFrom(() => second.finish())).toBe('SQLITE_BUSY');
    expect(second.labels.some((label) => TABLE_INFO.test(label))).toBe(false);
    first.finish();
  });

  it('leaves no half migration behind if an immediate one is cut short', () => {
    const path = oldBoard();
    const before = columnsOf(path);
    const { sessions, first } = twoOpening(path, { firstOpen: 'immediate' });
    first.advancePast(/ADD COLUMN goal_max_turns/);
    runFreely(sessions[0].abandon());

    expect(columnsOf(path)).toEqual(before);
  });

  it('leaves half a migration behind otherwise, and the next open completes it', () => {
    const path = oldBoard();
    const { sessions, first } = twoOpening(path, { firstOpen: 'unguarded' });
    first.advancePast(/ADD COLUMN goal_max_turns/);
    runFreely(sessions[0].abandon());
    expect(columnsOf(path)).toContain('goal_max_turns');
    expect(columnsOf(path)).not.toContain('session_id');

    runFreely(sessionOn(path, { firstOpen: 'unguarded' }).open());
    expect(columnsOf(path)).toContain('session_id');
  });
});

describe('init-flock', () => {
  it('is held from before the database opens until the migration is through', () => {
    const path = oldBoard();
    const { first } = twoOpening(path, { firstOpen: 'init-flock' });
    const outsider = new FileLock(`${path}.init.lock`);

    expect(first.pending.label).toBe(LOOK_UP);
    first.advance();
    expect(first.pending.label).toMatch(WAIT_FOR_INIT_LOCK);
    first.advance();
    expect(first.pending.label).toBe('open the database');
    while (!first.isDone) {
      expect(outsider.tryAcquire(), first.pending.label).toBe(false);
      first.advance();
    }
    expect(first.labels.at(-1)).toMatch(/^release lock/);
    expect(outsider.tryAcquire()).toBe(true);
  });

  it('keeps the second process from reading table_info before the first is through', () => {
    const path = oldBoard();
    const { first, second } = twoOpening(path, { firstOpen: 'init-flock' });
    first.advancePast(TABLE_INFO);

    // To run this step would block for good; nothing of the second has touched the board yet.
    second.advanceTo(WAIT_FOR_INIT_LOCK);
    expect(second.labels).toEqual([LOOK_UP]);
    expect(second.pending.attempt?.()).toBe(false);
    first.finish();
    second.finish();
    expect(second.labels.filter((label) => label.startsWith('ALTER'))).toEqual([]);
  });

  it('is let go of when the open fails', () => {
    const path = oldBoard();
    const { first } = twoOpening(path, { firstOpen: 'init-flock' });
    first.advancePast(TABLE_INFO);
    execute(path, 'ALTER TABLE tasks ADD COLUMN tenant TEXT');

    expect(() => first.finish()).toThrow('duplicate column name');
    expect(new FileLock(`${path}.init.lock`).tryAcquire()).toBe(true);
  });

  it('can be taken again by the next open of the same session', () => {
    const path = oldBoard();
    const session = sessionOn(path, { firstOpen: 'init-flock', initialisedCache: 'none' });
    for (let round = 0; round < 3; round++) {
      runFreely(session.open());
      runFreely(session.close());
    }
    expect(new FileLock(`${path}.init.lock`).tryAcquire()).toBe(true);
  });
});

describe('init-flock for ten seconds', () => {
  const TWO_HUNDRED_TRIES = Array.from({ length: 200 }, () => 50);
  const openWhileHeld = (firstOpen: StrategyAxes['firstOpen']) => {
    const path = oldBoard();
    const [outsider, bystander] = [new FileLock(`${path}.init.lock`), new FileLock(`${path}.init.lock`)];
    expect(outsider.tryAcquire()).toBe(true);
    const session = sessionOn(path, { firstOpen });
    const stepper = new Stepper(session.open());
    stepper.advanceTo(WAIT_FOR_INIT_LOCK);
    expect(stepper.pending).toMatchObject({ kind: 'lock', timeoutMs: 10_000 });
    return { outsider, bystander, session, stepper };
  };

  it('goes on without the lock then, and lets go of nothing that it did not have (#50353)', () => {
    const { outsider, bystander, session, stepper } = openWhileHeld('init-flock-10s-open');

    expect(withSleepsPassingAtOnce(() => stepper.advance())).toEqual(TWO_HUNDRED_TRIES);
    expect(stepper.pending.label).toBe('open the database');
    stepper.finish();
    expect(session.isOpen).toBe(true);
    expect(stepper.labels.filter((label) => label.startsWith('release'))).toEqual([]);
    expect(bystander.tryAcquire()).toBe(false);
    outsider.release();
    expect(bystander.tryAcquire()).toBe(true);
  });

  it('gives up then, with an error that says so (#41058)', () => {
    const { session, stepper } = openWhileHeld('init-flock-10s-closed');
    let code: string | undefined;

    expect(withSleepsPassingAtOnce(() => (code = codeFrom(() => stepper.finish())))).toEqual(TWO_HUNDRED_TRIES);
    expect(code).toBe('LOCK_TIMEOUT');
    expect(stepper.labels).not.toContain('open the database');
    expect(session.isOpen).toBe(false);
  });

  it.each(['init-flock-10s-open', 'init-flock-10s-closed'] as const)(
    '%s takes the lock if it comes free',
    (firstOpen) => {
      const { outsider, stepper } = openWhileHeld(firstOpen);
      const slept = withSleepsPassingAtOnce(
        () => stepper.advance(),
        (times) => times === 3 && outsider.release(),
      );

      expect(slept).toEqual([50, 50, 50]);
      expect(stepper.pending.label).toBe('open the database');
      expect(outsider.tryAcquire()).toBe(false);
      stepper.finish();
      expect(stepper.labels).toContain('open the database');
      expect(stepper.labels.at(-1)).toMatch(/^release lock/);
      expect(outsider.tryAcquire()).toBe(true);
    },
  );
});

describe('init-mutex', () => {
  it('keeps the other threads of the process out', () => {
    const path = oldBoard();
    const inProcess = newProcessState();
    const first = new Stepper(sessionOn(path, { firstOpen: 'init-mutex' }, { inProcess }).open());
    first.advancePast(TABLE_INFO);
    expect(inProcess.initMutex.tryAcquire()).toBe(false);
    first.finish();
    expect(inProcess.initMutex.tryAcquire()).toBe(true);
  });

  it('is let go of when the open fails', () => {
    const path = oldBoard();
    const inProcess = newProcessState();
    const first = new Stepper(sessionOn(path, { firstOpen: 'init-mutex' }, { inProcess }).open());
    first.advancePast(TABLE_INFO);
    execute(path, 'ALTER TABLE tasks ADD COLUMN tenant TEXT');

    expect(() => first.finish()).toThrow('duplicate column name');
    expect(inProcess.initMutex.tryAcquire()).toBe(true);
  });

  it('does nothing against another process', () => {
    const { first, second } = twoOpening(oldBoard(), { firstOpen: 'init-mutex' });
    first.advancePast(TABLE_INFO);
    second.advancePast(TABLE_INFO);
    first.finish();

    expect(() => second.finish()).toThrow('duplicate column name: tenant');
  });
});

describe('the cache of what is initialised', () => {
  const migrationsIn = (labels: readonly string[]) => labels.filter((label) => TABLE_INFO.test(label)).length;
  const reopen = (initialisedCache: StrategyAxes['initialisedCache']) => {
    const path = oldBoard();
    const inProcess = newProcessState();
    const opens = [1, 2].map((thread) => {
      const session = sessionOn(
        path,
        { initialisedCache, firstOpen: 'init-mutex' },
        { inProcess, worker: `w1.0.${thread}` },
      );
      return labelsOf(session.open());
    });
    return opens.map(migrationsIn);
  };

  it('spares the second thread of a process the migration', () => {
    expect(reopen('per-process')).toEqual([1, 0]);
  });

  it('spares it nothing where there is none', () => {
    expect(reopen('none')).toEqual([1, 1]);
  });

  it('is thrown away by a double open, which migrates twice (#22627)', () => {
    expect(reopen('double-open')).toEqual([2, 2]);
  });

  it('is checked before the guard: a thread that waited migrates again (#21708)', () => {
    const path = oldBoard();
    const inProcess = newProcessState();
    const axes = { firstOpen: 'init-mutex', initialisedCache: 'per-process' } as const;
    const first = new Stepper(sessionOn(path, axes, { inProcess }).open());
    const second = new Stepper(sessionOn(path, axes, { inProcess, worker: 'w1.0.1' }).open());
    second.advance();
    expect(second.labels).toEqual([LOOK_UP]);
    first.advancePast(TABLE_INFO);
    expect(second.pending.label).toBe('wait for init mutex');
    expect(second.pending.attempt?.()).toBe(false);
    first.finish();
    second.finish();
    expect(migrationsIn(second.labels)).toBe(1);
  });

  it('is looked at before anything else, and written once all is migrated, still under the guard', () => {
    const labels = labelsOf(sessionOn(oldBoard(), { firstOpen: 'init-flock' }).open());
    expect(labels[0]).toBe(LOOK_UP);
    expect(labels.indexOf(REMEMBER)).toBe(labels.length - 2);
    expect(labels.at(-1)).toMatch(/^release lock/);
  });

  it.each(['none', 'double-open'] as const)(
    'is not looked at where there is none that lasts: "%s"',
    (initialisedCache) => {
      expect(labelsOf(sessionOn(oldBoard(), { initialisedCache }).open())).not.toContain(LOOK_UP);
    },
  );

  it('does not remember an open that failed', () => {
    const path = oldBoard();
    const inProcess = newProcessState();
    const first = new Stepper(sessionOn(path, { firstOpen: 'unguarded' }, { inProcess }).open());
    first.advancePast(TABLE_INFO);
    execute(path, 'ALTER TABLE tasks ADD COLUMN tenant TEXT');
    codeFrom(() => first.finish());

    expect(inProcess.lookUpInitialised.run()).toBe(false);
  });
});

describe('write-lock around the first open', () => {
  it('is the very lock that is around writes (#37350)', () => {
    const path = oldBoard();
    const axes = { firstOpen: 'write-lock', writeLock: 'flock-bounded' } as const;
    const { first } = twoOpening(path, axes);
    first.advancePast(TABLE_INFO);

    const outsider = new FileLock(`${path}.lock`);
    expect(outsider.tryAcquire()).toBe(false);
    first.finish();
    expect(outsider.tryAcquire()).toBe(true);
    expect(codeFrom(() => runFreely(sessionOn(path, { ...axes, busyTimeoutMs: 20 }).open()))).toBe('LOCK_TIMEOUT');
  });
});
