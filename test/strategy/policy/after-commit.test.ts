import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { locksHeldBy, readLockTable, statDatabase } from '../../../src/kernel/locks.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import type { StrategyAxes } from '../../../src/strategy/axes.ts';
import { codeFrom, newTask, openSession, query } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { cutLastPage, shortBoard } from '../../support/short-board.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHECK_STEP = /^(open, read 4 bytes|stat the database)/;

/** A board whose session has begun to create a task, up to the check after COMMIT. */
function atTheCheck(axes: Partial<StrategyAxes>) {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path, axes);
  const stepper = new Stepper(create(session, newTask('t')));
  stepper.advanceTo(CHECK_STEP);
  return { path, session, stepper };
}

const own = (path: string) => locksHeldBy(process.pid, statDatabase(path), readLockTable());

describe('raw-length', () => {
  it('raises an alarm on a file that is really short, after a commit that is durable', () => {
    const path = shortBoard(temporaryFolder());
    const session = openSession(path, { afterCommit: 'raw-length' });

    expect(codeFrom(() => runFreely(create(session, newTask('t'))))).toBe('LENGTH_CHECK');
    expect(query(path, 'SELECT id FROM tasks')).toEqual([{ id: 't' }]);
    // The caller was told "failed", so the number of the event is spent although nothing is acknowledged.
    expect([session.events.next, session.events.acknowledged]).toEqual([2, 0]);
  });

  it('says how short the file is', () => {
    const path = shortBoard(temporaryFolder());
    const { size } = statSync(path);
    const session = openSession(path, { afterCommit: 'raw-length' });

    expect(() => runFreely(create(session, newTask('t')))).toThrow(
      `database file is ${size} bytes, its header says ${size / 4096 + 1} pages of 4096`,
    );
  });

  it('is silent on a whole file', () => {
    const { session, stepper } = atTheCheck({ afterCommit: 'raw-length' });
    stepper.finish();
    expect(session.events.acknowledged).toBe(1);
  });

  it('cancels the locks of its own process', () => {
    const { path, stepper } = atTheCheck({ afterCommit: 'raw-length' });
    expect(own(path)).toMatchObject({ shared: true, deadManSwitch: true });
    stepper.advance();
    expect(own(path)).toMatchObject({ shared: false, deadManSwitch: true });
  });
});

describe('wal-skip', () => {
  it('does not look in WAL mode, not even at a short file', () => {
    const path = shortBoard(temporaryFolder());
    const session = openSession(path, { afterCommit: 'wal-skip' });

    expect(labelsOf(create(session, newTask('t'))).filter((label) => CHECK_STEP.test(label))).toEqual([]);
    expect(own(path)).toMatchObject({ shared: true });
  });

  it('raises the alarm in rollback-journal mode', () => {
    const { path, stepper } = atTheCheck({ afterCommit: 'wal-skip', pragmas: 'delete-full' });
    cutLastPage(path);
    expect(codeFrom(() => stepper.finish())).toBe('LENGTH_CHECK');
  });

  it('is silent on a whole file in rollback-journal mode', () => {
    const { stepper } = atTheCheck({ afterCommit: 'wal-skip', pragmas: 'delete-full' });
    expect(codeFrom(() => stepper.finish())).toBeUndefined();
  });
});

describe('pragma-stat', () => {
  it.each(['v1', 'delete-full'] as const)('cancels no lock with the pragmas %s', (pragmas) => {
    const { path, stepper } = atTheCheck({ afterCommit: 'pragma-stat', pragmas });
    const before = own(path);
    stepper.finish();
    expect(own(path)).toEqual(before);
    expect(before.shared).toBe(pragmas === 'v1');
  });

  it('asks SQLite for the pages and the file system for the size, and opens nothing', () => {
    const { stepper } = atTheCheck({ afterCommit: 'pragma-stat' });
    stepper.finish();
    const behind = stepper.labels.slice(stepper.labels.indexOf('COMMIT') + 1);
    expect(behind).toEqual(['PRAGMA page_count', 'stat the database file and its WAL']);
  });

  it('raises an alarm on a file that is really short', () => {
    const { path, stepper } = atTheCheck({ afterCommit: 'pragma-stat', pragmas: 'delete-full' });
    cutLastPage(path);
    expect(codeFrom(() => stepper.finish())).toBe('LENGTH_CHECK');
  });

  it('counts the WAL as room: pages that were not checkpointed yet are no torn extend', () => {
    const path = join(temporaryFolder(), 'board.db');
    const session = openSession(path, { afterCommit: 'pragma-stat' });
    for (let i = 0; i < 40; i++) {
      expect(codeFrom(() => runFreely(create(session, newTask(`t${i}`, { body: 'x'.repeat(3000) }))))).toBeUndefined();
    }
  });
});

describe('no check', () => {
  it('does nothing behind COMMIT', () => {
    const path = shortBoard(temporaryFolder());
    expect(labelsOf(create(openSession(path), newTask('t'))).at(-1)).toBe('COMMIT');
  });
});
