import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseStamp } from '../../src/board/event-chain.ts';
import { bundled } from '../../src/engine/bundled.ts';
import type { Engine, Statement } from '../../src/engine/connection.ts';
import { promisedPragmas } from '../../src/strategy/policy/pragmas.ts';
import type { Assignment } from '../../src/worker/assignment.ts';
import { BoardWorker } from '../../src/worker/board-worker.ts';
import { actorOn } from '../support/actor.ts';
import { WorkerStory, assignmentIn, only, type Wishes } from '../support/assignment.ts';
import { newProcessState, query } from '../support/board.ts';
import { shortBoard } from '../support/short-board.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function workerOn(assignment: Assignment, reported: string[] = []): BoardWorker {
  return new BoardWorker(assignment.worker, assignment, bundled, newProcessState(), {
    running: () => reported.push('running'),
    damaged: () => reported.push('damaged'),
  });
}

/** SQLite on a machine where somebody removes "stale" journals: here always just before a COMMIT. */
const tidying: Engine = {
  name: 'tidying',
  sqliteVersion: bundled.sqliteVersion,
  open(path, busyTimeoutMs) {
    const connection = bundled.open(path, busyTimeoutMs);
    const commit = (statement: Statement): Statement => ({
      get: (...parameters) => statement.get(...parameters),
      all: (...parameters) => statement.all(...parameters),
      iterate: (...parameters) => statement.iterate(...parameters),
      run(...parameters) {
        rmSync(`${path}-journal`, { force: true });
        return statement.run(...parameters);
      },
    });
    return {
      get inTransaction() {
        return connection.inTransaction;
      },
      exec: (sql) => connection.exec(sql),
      close: () => connection.close(),
      prepare: (sql) => (sql === 'COMMIT' ? commit(connection.prepare(sql)) : connection.prepare(sql)),
    };
  },
};

/** Lets a worker serve its requests, on the thread of the test. */
function workOff(folder: string, wishes: Wishes = {}): { assignment: Assignment; story: WorkerStory } {
  const assignment = assignmentIn(folder, wishes);
  const worker = workerOn(assignment);
  while (!worker.isDone) worker.runOne();
  worker.close();
  return { assignment, story: new WorkerStory(assignment) };
}

describe('the history of a worker', () => {
  it('begins with who writes it and what the connection shows', () => {
    const { assignment, story } = workOff(temporaryFolder(), { axes: { pragmas: 'hardened' } });

    expect(story.records[0]).toEqual({
      type: 'header',
      version: 1,
      worker: 'w1.0',
      pid: process.pid,
      sqliteVersion: bundled.sqliteVersion,
    });
    expect(story.notes('pragmas')).toMatchObject([{ data: promisedPragmas(assignment.axes) }]);
    expect(story.invokes[0]).toMatchObject({ kind: 'open', operation: 1, event: 0 });
  });

  it('has one outcome for every operation, in order, and serves exactly what was asked for', () => {
    const { story } = workOff(temporaryFolder(), { workload: { operations: 60 } });

    expect(story.operations).toHaveLength(60);
    const numbers = story.invokes.map(({ operation }) => operation);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const outcomes = story.records.filter(({ type }) => type === 'ok' || type === 'fail' || type === 'info');
    expect(outcomes.map((outcome) => 'operation' in outcome && outcome.operation)).toEqual(numbers);
    const times = story.records.flatMap((record) => ('atNs' in record ? record.atNs : []));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('is what is on the board: every acknowledged event, with its number and task, and no other', () => {
    const { assignment, story } = workOff(temporaryFolder(), { workload: { operations: 200 } });

    const told = story.oks.filter(({ event }) => event > 0).map(({ event, task }) => [event, task]);
    expect(told.length).toBeGreaterThan(100);
    // A refusal commits nothing, whatever was committed before it.
    expect(story.failures.length).toBeGreaterThan(0);
    expect(new Set(story.failures.map(({ event }) => event))).toEqual(new Set([0]));
    const rows = query(assignment.databasePath, 'SELECT task_id AS task, payload FROM task_events ORDER BY id');
    expect(rows.map(({ task, payload }) => [parseStamp(payload)?.number, task])).toEqual(told);
  });

  it('has the intent in the file before the operation, and its outcome with the next one at the latest', () => {
    const assignment = assignmentIn(temporaryFolder(), { workload: { mix: only('create') } });
    const worker = workerOn(assignment);
    const last = () => new WorkerStory(assignment).records.at(-1);
    worker.runOne();
    worker.runOne();
    expect(last()).toMatchObject({ type: 'invoke', kind: 'create', operation: 2, event: 1 });
    worker.flush();
    expect(last()).toMatchObject({ type: 'ok', operation: 2, event: 1 });
    worker.close();
  });

  it('tells refusals from failures of SQLite by their codes', () => {
    const { story } = workOff(temporaryFolder(), { workload: { mix: only('claim'), operations: 3 } });
    expect(story.failures.map(({ type, code, event }) => [type, code, event])).toEqual([
      ['fail', 'NOTHING_TO_DO', 0],
      ['fail', 'NOTHING_TO_DO', 0],
      ['fail', 'NOTHING_TO_DO', 0],
    ]);
  });

  it('does not say that a commit failed of which nobody knows', () => {
    const folder = temporaryFolder();
    const { assignment } = workOff(folder, {
      axes: { pragmas: 'delete-full' },
      workload: { operations: 1 },
      worker: 'w0.0',
    });
    const again = assignmentIn(folder, {
      axes: { pragmas: 'delete-full', firstOpen: 'unguarded' },
      workload: { mix: only('create'), operations: 2 },
    });
    const worker = new BoardWorker(again.worker, again, tidying, newProcessState());
    while (!worker.isDone) worker.runOne();
    worker.close();

    const story = new WorkerStory(again);
    expect(story.failures.map(({ type, code, event }) => [type, code, event])).toEqual([
      ['info', 'SQLITE_IOERR_DELETE_NOENT', 0],
      ['info', 'SQLITE_IOERR_DELETE_NOENT', 0],
    ]);
    // Both numbers are spent, and a connection that failed like that is not used again.
    expect(story.operations.map(({ event }) => event)).toEqual([1, 2]);
    expect(story.invokes.map(({ kind }) => kind)).toEqual(['open', 'create', 'open', 'create']);
    expect(query(assignment.databasePath, "SELECT id FROM tasks WHERE id LIKE 'tw1.0-%'")).toHaveLength(2);
  });

  it('is the same for the same seed, but for its times', () => {
    const stories = [1, 2].map(() =>
      workOff(temporaryFolder(), { workload: { operations: 80 } }).story.invokes.map(({ kind, request, event }) => [
        kind,
        request,
        event,
      ]),
    );
    expect(stories[1]).toEqual(stories[0]);
  });
});

describe('the connection of a worker', () => {
  it.each([
    ['process', 1],
    ['tick', 2],
    ['operation', 60],
  ] as const)('lasts for a %s: opened %i times for 60 operations', (connection, opens) => {
    const { story } = workOff(temporaryFolder(), { axes: { connection }, workload: { operations: 60 } });
    expect(story.invokes.filter(({ kind }) => kind === 'open')).toHaveLength(opens);
    expect(story.operations).toHaveLength(60);
    expect(story.notes('housekeeping-failed')).toEqual([]);
  });

  it('is tried again after a first open that failed, and reported once it is there', async () => {
    const assignment = assignmentIn(temporaryFolder(), { axes: { busyTimeoutMs: 0 } });
    const other = await actorOn(assignment.databasePath);
    await other.call('exec', 'BEGIN IMMEDIATE');
    const reported: string[] = [];
    const worker = workerOn(assignment, reported);
    worker.runOne();
    worker.runOne();
    expect(worker.isOpen).toBe(false);
    expect(reported).toEqual([]);
    await other.call('exec', 'COMMIT');
    worker.runOne();
    worker.runOne();
    worker.close();

    const story = new WorkerStory(assignment);
    expect(story.failures.map(({ code }) => code)).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY']);
    expect(reported).toEqual(['running']);
    expect(story.operations).toHaveLength(1);
  });

  it('to a broken database is reported once, and not used again', () => {
    const assignment = assignmentIn(temporaryFolder());
    writeFileSync(assignment.databasePath, 'this is no database, and it is longer than a hundred bytes. '.repeat(20));
    const reported: string[] = [];
    const worker = workerOn(assignment, reported);
    for (let i = 0; i < 3; i++) worker.runOne();
    worker.close();

    expect(reported).toEqual(['damaged']);
    expect(new WorkerStory(assignment).failures.map(({ code }) => code)).toEqual([
      'SQLITE_NOTADB',
      'SQLITE_NOTADB',
      'SQLITE_NOTADB',
    ]);
  });
});

describe('a caller that tries again with a new task', () => {
  const titles = (path: string) =>
    query(path, 'SELECT title, count(*) AS n FROM tasks GROUP BY title ORDER BY title').map(({ n }) => n);
  const workload = { mix: only('create'), operations: 5, retry: 'new-task' } as const;

  it('makes no duplicates as long as nothing fails', () => {
    const { assignment, story } = workOff(temporaryFolder(), { workload });
    expect(titles(assignment.databasePath)).toEqual([1, 1, 1, 1, 1]);
    expect(story.operations).toHaveLength(5);
  });

  it('makes duplicates of everything whose failure was false', () => {
    const folder = temporaryFolder();
    shortBoard(folder);
    const { assignment, story } = workOff(folder, { axes: { afterCommit: 'raw-length' }, workload });

    // One try and three more, each of them told "failed" of a commit that is durable.
    expect(titles(assignment.databasePath)).toEqual([4, 4, 4, 4, 4]);
    expect(story.operations).toHaveLength(20);
    expect(new Set(story.failures.map(({ code }) => code))).toEqual(new Set(['LENGTH_CHECK']));
    expect(new Set(story.operations.map(({ request }) => request)).size).toBe(5);
  });

  it('makes none where the failure is true, and stops trying once it goes through', async () => {
    const assignment = assignmentIn(temporaryFolder(), { axes: { busyTimeoutMs: 0 }, workload });
    const worker = workerOn(assignment);
    worker.runOne();
    const other = await actorOn(assignment.databasePath);
    await other.call('exec', 'BEGIN IMMEDIATE');
    worker.runOne();
    worker.runOne();
    await other.call('exec', 'COMMIT');
    while (!worker.isDone) worker.runOne();
    worker.close();

    expect(titles(assignment.databasePath)).toEqual([1, 1, 1, 1, 1]);
    const story = new WorkerStory(assignment);
    expect(story.failures.map(({ code }) => code)).toEqual(['SQLITE_BUSY', 'SQLITE_BUSY']);
    expect(story.operations).toHaveLength(7);
  });

  it('does not try again where nobody asked for it', () => {
    const folder = temporaryFolder();
    shortBoard(folder);
    const { assignment } = workOff(folder, {
      axes: { afterCommit: 'raw-length' },
      workload: { mix: only('create'), operations: 5 },
    });
    expect(titles(assignment.databasePath)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('a look at one’s own locks', () => {
  const audited = (wishes: Wishes) =>
    workOff(temporaryFolder(), {
      lockAuditEvery: 1,
      workload: { mix: only('create'), operations: 6 },
      ...wishes,
    }).story.notes('lock-audit');

  it.each(['v1', 'delete-full'] as const)('finds nothing missing in a healthy transaction (%s)', (pragmas) => {
    expect(audited({ axes: { pragmas } })).toEqual([]);
  });

  it.each([
    ['v1', 'database', ['SHARED']],
    ['v1', 'shm', ['WAL_WRITE', 'DMS']],
    ['delete-full', 'database', ['SHARED', 'RESERVED']],
  ] as const)('finds after a raw read inside it (%s, %s) that these are gone: %j', (pragmas, file, missing) => {
    const notes = audited({
      axes: { pragmas },
      hazards: [{ hazard: 'raw-read', file, when: 'in-transaction', probability: 1 }],
    });
    expect(notes[0]?.data).toMatchObject({ journalMode: pragmas === 'v1' ? 'wal' : 'delete', missing });
  });

  it('is taken in one transaction of so many', () => {
    const notes = audited({
      lockAuditEvery: 4,
      workload: { mix: only('create'), operations: 9 },
      axes: { pragmas: 'delete-full' },
      hazards: [{ hazard: 'raw-read', file: 'database', when: 'in-transaction', probability: 1 }],
    });
    expect(notes).toHaveLength(3);
  });

  it('is taken after some time too, however few transactions there are', () => {
    const always = { hazard: 'raw-read', file: 'database', when: 'in-transaction', probability: 1 } as const;
    const notes = (lockAuditAfterMs: number) =>
      audited({
        lockAuditEvery: 1000,
        lockAuditAfterMs,
        workload: { mix: only('create'), operations: 5 },
        axes: { pragmas: 'delete-full' },
        hazards: [always],
      }).length;
    expect(notes(0)).toBe(5);
    expect(notes(600_000)).toBe(1);
  });

  it('is noted once it has begun, so that silence can be told from blindness', () => {
    const { story } = workOff(temporaryFolder(), {
      lockAuditEvery: 1,
      workload: { mix: only('create'), operations: 3 },
    });
    expect(story.notes('lock-audits-begun')).toHaveLength(1);
    expect(workOff(temporaryFolder(), { lockAuditEvery: 0 }).story.notes('lock-audits-begun')).toEqual([]);
  });

  it('is written down twenty times at most', () => {
    const notes = audited({
      workload: { mix: only('create'), operations: 22 },
      axes: { pragmas: 'delete-full' },
      hazards: [{ hazard: 'raw-read', file: 'database', when: 'in-transaction', probability: 1 }],
    });
    expect(notes).toHaveLength(20);
  });
});

describe('a hazard', () => {
  it('is noted the first time that it finds something to do, and not before', () => {
    const notesOf = (file: 'database' | 'wal') =>
      workOff(temporaryFolder(), {
        axes: { pragmas: 'delete-full' },
        workload: { mix: only('create'), operations: 4 },
        hazards: [{ hazard: 'raw-read', file, when: 'after-commit', probability: 1 }],
      }).story.notes('hazard');
    expect(notesOf('database')).toMatchObject([{ data: { label: 'raw-read(database) after-commit' } }]);
    // There is no WAL in this mode.
    expect(notesOf('wal')).toEqual([]);
  });

  const unlinked = (when: 'connect' | 'in-transaction' | 'after-commit', probability: number) => {
    const folder = temporaryFolder();
    const { story } = workOff(folder, {
      lockAuditEvery: 1,
      axes: { pragmas: 'delete-full' },
      workload: { mix: only('create'), operations: 12 },
      hazards: [{ hazard: 'raw-read', file: 'database', when, probability }],
    });
    return story.notes('lock-audit').length;
  };

  it('happens at its moment only', () => {
    expect(unlinked('in-transaction', 1)).toBe(12);
    expect(unlinked('connect', 1)).toBe(0);
    expect(unlinked('after-commit', 1)).toBe(0);
  });

  it('happens as often as its chance says', () => {
    const times = unlinked('in-transaction', 0.5);
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThan(11);
    expect(unlinked('in-transaction', 0.5)).toBe(times);
  });

  it('does not change what the worker does otherwise', () => {
    const kinds = (probability: number) =>
      workOff(temporaryFolder(), {
        hazards: [{ hazard: 'raw-read', file: 'wal', when: 'after-commit', probability }],
      }).story.invokes.map(({ kind }) => kind);
    expect(kinds(0.3)).toEqual(kinds(1));
  });
});
