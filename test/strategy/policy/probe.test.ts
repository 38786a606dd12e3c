import { copyFileSync, openSync, closeSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create } from '../../../src/board/operation/create.ts';
import { locksHeldBy, readLockTable, statDatabase } from '../../../src/kernel/locks.ts';
import { runFreely } from '../../../src/step/run-freely.ts';
import { codeFrom, execute, newProcessState, newTask, openSession, query, sessionOn } from '../../support/board.ts';
import { Stepper, labelsOf } from '../../support/stepper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** A closed board with some hundred tasks. */
function filledBoard(): string {
  const path = join(temporaryFolder(), 'board.db');
  const session = openSession(path);
  for (let i = 0; i < 100; i++) runFreely(create(session, newTask(`t${i}`, { body: 'x'.repeat(500) })));
  runFreely(session.close());
  return path;
}

/** Overwrites the root page of an index with the text of another file, as a stray write does. */
function breakPageOf(path: string, name: string): void {
  const [row] = query(path, `SELECT rootpage FROM sqlite_schema WHERE name = '${name}'`);
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.alloc(4096, 'not a page '), 0, 4096, (Number(row?.['rootpage']) - 1) * 4096);
  closeSync(descriptor);
}

/** Takes entries out of an index behind SQLite's back: the damage that the field reports. */
function loseIndexEntries(path: string): void {
  const copy = `${path}.before`;
  copyFileSync(path, copy);
  const [row] = query(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'idx_runs_status'");
  const page = Number(row?.['rootpage']);
  execute(
    path,
    `PRAGMA journal_mode = delete;
     INSERT INTO task_runs (task_id, status, started_at) VALUES ('t1', 'running', 1), ('t2', 'done', 2)`,
  );
  const old = Buffer.alloc(4096);
  const from = openSync(copy, 'r');
  readSync(from, old, 0, 4096, (page - 1) * 4096);
  closeSync(from);
  const into = openSync(path, 'r+');
  writeSync(into, old, 0, 4096, (page - 1) * 4096);
  closeSync(into);
}

describe('integrity-first', () => {
  it('opens a whole board', () => {
    const path = filledBoard();
    expect(codeFrom(() => openSession(path, { probe: 'integrity-first' }))).toBeUndefined();
  });

  it('refuses a board with a broken page, and leaves nothing open', () => {
    const path = filledBoard();
    breakPageOf(path, 'idx_events_task');
    const session = sessionOn(path, { probe: 'integrity-first' });

    expect(codeFrom(() => runFreely(session.open()))).toBe('INTEGRITY_CHECK');
    expect(session.isOpen).toBe(false);
    expect(locksHeldBy(process.pid, statDatabase(path), readLockTable())).toMatchObject({ shared: false });
    expect(codeFrom(() => openSession(path, { probe: 'none' }))).toBeUndefined();
  });

  it('refuses a board whose index has lost entries', () => {
    const path = filledBoard();
    loseIndexEntries(path);
    expect(query(path, 'PRAGMA integrity_check(1)')[0]?.['integrity_check']).toMatch(
      /missing from index|wrong # of entries/,
    );

    expect(codeFrom(() => openSession(path, { probe: 'integrity-first' }))).toBe('INTEGRITY_CHECK');
  });

  it('asks at the first connect of a process only', () => {
    const path = filledBoard();
    const inProcess = newProcessState();
    const asked = () =>
      labelsOf(sessionOn(path, { probe: 'integrity-first' }, { inProcess }).open()).filter((label) =>
        /_check/.test(label),
      );

    expect(asked()).toHaveLength(1);
    expect(asked()).toHaveLength(0);
  });
});

describe('raw-header', () => {
  it('reads the file by hand before every connect', () => {
    const path = filledBoard();
    const session = sessionOn(path, { probe: 'raw-header' });
    for (let round = 0; round < 2; round++) {
      expect(labelsOf(session.open()).slice(0, 3)).toEqual([
        'look the board up among the initialised',
        'open, read 64 bytes, close the database file',
        'open the database',
      ]);
      runFreely(session.close());
    }
  });

  it('is harmless to a process without a connection, and cancels the locks of one with another', () => {
    const path = filledBoard();
    const first = openSession(path, { probe: 'raw-header' });
    runFreely(create(first, newTask('u')));
    const shared = () => locksHeldBy(process.pid, statDatabase(path), readLockTable()).shared;
    expect(shared()).toBe(true);

    const second = new Stepper(sessionOn(path, { probe: 'raw-header' }).open());
    second.advanceTo(/^open, read 64 bytes/);
    expect(shared()).toBe(true);
    second.advance();
    expect(shared()).toBe(false);
  });

  it('takes a board that is not there for one that is to be made', () => {
    const path = join(temporaryFolder(), 'board.db');
    openSession(path, { probe: 'raw-header' });
    expect(statSync(path).size).toBeGreaterThan(0);
  });
});
