import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { FileLock } from '../../../src/strategy/lock/file-lock.ts';
import { startActor } from '../../support/actor.ts';
import {
  codeFrom,
  newProcessState,
  newTask,
  openSession,
  query,
  sessionOn,
  transactionsIn,
} from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const BOUNDED = { writeLock: 'flock-bounded', busyTimeoutMs: 30 } as const;

function board(axes: Partial<StrategyAxes>) {
  const path = join(temporaryFolder(), 'board.db');
  return { path, session: openSession(path, axes) };
}

/** Whether each try for a file lock during an action had it. */
function triesIn(action: () => void): boolean[] {
  const spy = vi.spyOn(FileLock.prototype, 'tryAcquire');
  try {
    action();
    return spy.mock.results.map(({ value }) => Boolean(value));
  } finally {
    spy.mockRestore();
  }
}

const tasksOn = (path: string) => query(path, 'SELECT id FROM tasks ORDER BY id').map(({ id }) => id);

describe.each([
  ['flock', 'board.db.write-txn.lock', /^wait for lock on board\.db\.write-txn\.lock$/],
  ['flock-bounded', 'board.db.lock', /^wait for lock on board\.db\.lock, 0 ms at most$/],
] as const)('the write lock "%s"', (writeLock, name, taking) => {
  it('is held from before BEGIN until after the check that follows COMMIT', () => {
    const { path, session } = board({ writeLock, afterCommit: 'pragma-stat' });
    const outsider = new FileLock(join(path, '..', name));
    const stepper = new Stepper(create(session, newTask('t')));

    expect(stepper.pending.label).toMatch(taking);
    stepper.advance();
    expect(stepper.pending.label).toBe('BEGIN IMMEDIATE');
    while (!stepper.pending.label.startsWith('release')) {
      expect(outsider.tryAcquire(), stepper.pending.label).toBe(false);
      stepper.advance();
    }
    expect(stepper.labels.at(-1)).toMatch(/^stat the database/);
    stepper.advance();
    expect(stepper.isDone).toBe(true);
    expect(outsider.tryAcquire()).toBe(true);
  });

  it('is let go of when the transaction fails', () => {
    const { path, session } = board({ writeLock });
    runFreely(create(session, newTask('t')));
    const stepper = new Stepper(create(session, newTask('t')));

    expect(codeFrom(() => stepper.finish())).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
    expect(stepper.labels.slice(-2)).toEqual(['ROLLBACK', `release lock on ${name}`]);
    expect(new FileLock(join(path, '..', name)).tryAcquire()).toBe(true);
  });

  it('dies with its holder', async () => {
    const { path, session } = board({ writeLock, busyTimeoutMs: 30 });
    const holder = startActor();
    await holder.call('lock', join(path, '..', name));
    await holder.kill();

    runFreely(create(session, newTask('t')));
    expect(tasksOn(path)).toEqual(['t']);
  });
});

describe('the bounded write lock', () => {
  it('fails clearly after the busy timeout while another process holds it, and writes nothing', async () => {
    const { path, session } = board(BOUNDED);
    const holder = startActor();
    await holder.call('lock', `${path}.lock`);
    const stepper = new Stepper(create(session, newTask('t')));

    expect(() => stepper.finish()).toThrow(/^database is locked: .* 30 ms$/);
    expect(transactionsIn(stepper.labels)).toEqual([]);
    expect(session.events.next).toBe(1);
    await holder.call('unlock', `${path}.lock`);
    runFreely(create(session, newTask('t')));
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('keeps another thread of the same process out as well', () => {
    const { path, session } = board(BOUNDED);
    const other = new FileLock(`${path}.lock`);
    other.acquire();

    expect(codeFrom(() => runFreely(create(session, newTask('t'))))).toBe('LOCK_TIMEOUT');
    other.release();
    expect(codeFrom(() => runFreely(create(session, newTask('t'))))).toBeUndefined();
  });

  it('tries once without a busy timeout', () => {
    const { path, session } = board({ ...BOUNDED, busyTimeoutMs: 0 });
    new FileLock(`${path}.lock`).acquire();
    const stepper = new Stepper(create(session, newTask('t')));
    const tries = triesIn(() => expect(codeFrom(() => stepper.finish())).toBe('LOCK_TIMEOUT'));

    expect(tries).toEqual([false]);
    expect(stepper.labels).toEqual(['wait for lock on board.db.lock, 0 ms at most']);
  });

  it('tries again and again with one', () => {
    const { path, session } = board(BOUNDED);
    new FileLock(`${path}.lock`).acquire();
    let code: string | undefined;
    const tries = triesIn(() => (code = codeFrom(() => runFreely(create(session, newTask('t'))))));

    expect(code).toBe('LOCK_TIMEOUT');
    expect(tries.length).toBeGreaterThan(1);
    expect(new Set(tries)).toEqual(new Set([false]));
  });

  it('is one lock for all paths that lead to one board', () => {
    const { path, session } = board(BOUNDED);
    const elsewhere = temporaryFolder();
    const link = join(elsewhere, 'link.db');
    symlinkSync(path, link);
    symlinkSync(join(path, '..'), join(elsewhere, 'folder'));
    const throughFolder = join(elsewhere, 'folder', 'board.db');
    for (const alias of [link, throughFolder]) {
      const other = openSession(alias, BOUNDED, { worker: 'w2.0' });
      const writer = new Stepper(create(session, newTask(`by path ${alias}`)));
      writer.advancePast(/^BEGIN/);
      expect(
        codeFrom(() => runFreely(create(other, newTask('t')))),
        alias,
      ).toBe('LOCK_TIMEOUT');
      writer.finish();
      expect(codeFrom(() => runFreely(create(other, newTask(`by link ${alias}`))))).toBeUndefined();
    }
  });

  it('is that lock also for the first open of a board that is not there yet', () => {
    const path = join(temporaryFolder(), 'board.db');
    const link = join(temporaryFolder(), 'link.db');
    symlinkSync(path, link);
    const first = new Stepper(sessionOn(link, { ...BOUNDED, firstOpen: 'write-lock' }).open());
    first.advancePast(/^PRAGMA table_info/);

    expect(new FileLock(`${path}.lock`).tryAcquire()).toBe(false);
    first.finish();
    expect(new FileLock(`${path}.lock`).tryAcquire()).toBe(true);
  });

  it('does not go on without the lock where its file cannot be had', () => {
    const { path, session } = board(BOUNDED);
    mkdirSync(`${path}.lock`);

    expect(codeFrom(() => runFreely(create(session, newTask('t'))))).toBe('EISDIR');
    expect(tasksOn(path)).toEqual([]);
  });
});

describe('the unbounded write lock', () => {
  it('goes on without it where its file cannot be had, and releases nothing', () => {
    const { path, session } = board({ writeLock: 'flock' });
    mkdirSync(`${path}.write-txn.lock`);

    const labels = labelsOf(create(session, newTask('t')));
    expect(labels.filter((label) => label.startsWith('release'))).toEqual([]);
    expect(tasksOn(path)).toEqual(['t']);
  });

  it('waits for as long as it takes', async () => {
    const { path, session } = board({ writeLock: 'flock' });
    const holder = startActor();
    await holder.call('lock', `${path}.write-txn.lock`);
    const writer = new Stepper(create(session, newTask('t')));
    expect(writer.pending.label).toBe('wait for lock on board.db.write-txn.lock');

    // The wait blocks this very thread, so the other process has to let go by itself.
    const released = holder.call('unlockAfter', `${path}.write-txn.lock`, 80);
    writer.advance();
    expect(writer.pending.label).toBe('BEGIN IMMEDIATE');
    writer.finish();
    await released;
    expect(tasksOn(path)).toEqual(['t']);
  });
});

describe('the write mutex', () => {
  it('is held around the transaction, and shared by the threads of one process only', () => {
    const inProcess = newProcessState();
    const path = join(temporaryFolder(), 'board.db');
    const session = openSession(path, { writeLock: 'mutex' }, { inProcess });
    const elsewhere = openSession(path, { writeLock: 'mutex' }, { worker: 'w2.0' });
    const writer = new Stepper(create(session, newTask('t')));
    writer.advancePast(/^BEGIN/);

    expect(inProcess.writeMutex.tryAcquire()).toBe(false);
    expect(inProcess.initMutex.tryAcquire()).toBe(true);
    // The other process comes as far as SQLite's own lock.
    expect(codeFrom(() => runFreely(create(elsewhere, newTask('u'))))).toBe('SQLITE_BUSY');
    writer.finish();
    expect(inProcess.writeMutex.tryAcquire()).toBe(true);
  });
});

describe('no write lock', () => {
  it('makes no lock file and takes no step', () => {
    const { session } = board({ writeLock: 'none' });
    expect(labelsOf(create(session, newTask('t'))).filter((label) => label.includes('lock on'))).toEqual([]);
  });
});
