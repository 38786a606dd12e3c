import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FATE, Ledger, type WorkerLedger } from '../../src/check/ledger.ts';
import { OPERATION_KINDS, type Header, type HistoryRecord, type OperationKind } from '../../src/history/record.ts';
import { HistoryWriter } from '../../src/history/writer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { goodTrial } from './trial-folder.ts';

const HEADER: Header = { type: 'header', version: 1, worker: 'w1.0', pid: 77, sqliteVersion: '3.54.1' };

function invoke(operation: number, kind: OperationKind, event: number): HistoryRecord {
  return { type: 'invoke', operation, kind, event, atNs: operation * 1000, request: 'r' };
}

function ok(operation: number, event: number, task = 't'): HistoryRecord {
  return { type: 'ok', operation, atNs: operation * 1000 + 500, latencyNs: 500_000, event, task };
}

function failed(
  type: 'fail' | 'info',
  operation: number,
  event: number,
  code = 'SQLITE_BUSY',
  message = code,
): HistoryRecord {
  return { type, operation, atNs: operation * 1000 + 500, latencyNs: 500_000, event, code, message };
}

function read(histories: Record<string, HistoryRecord[]>): Ledger {
  const folder = temporaryFolder();
  for (const [worker, records] of Object.entries(histories)) {
    const writer = new HistoryWriter(`${folder}/${worker}.history`);
    for (const record of records) writer.hold(record);
    writer.close();
  }
  return Ledger.read(folder);
}

/** What one worker was told. */
function readOne(...records: HistoryRecord[]): { ledger: Ledger; worker: WorkerLedger } {
  const ledger = read({ 'w1.0': [HEADER, ...records] });
  return { ledger, worker: ledger.workers.get('w1.0') as WorkerLedger };
}

describe('the ledger', () => {
  it('knows who worked, in which process and on which SQLite', () => {
    const ledger = read({ 'w2.0': [{ ...HEADER, worker: 'w2.0', pid: 78 }], 'w1.0': [HEADER] });
    expect([...ledger.workers.keys()]).toEqual(['w1.0', 'w2.0']);
    expect(ledger.workers.get('w2.0')).toMatchObject({
      pid: 78,
      sqliteVersion: '3.54.1',
      file: 'w2.0.history',
      last: 0,
    });
  });

  it('knows of each event what was attempted, about which task, and what the worker was told', () => {
    const { ledger, worker } = readOne(
      invoke(1, 'create', 1),
      ok(1, 1, 'a'),
      invoke(2, 'claim', 2),
      failed('info', 2, 0, 'SQLITE_IOERR'),
      invoke(3, 'heartbeat', 3),
      failed('fail', 3, 0),
      invoke(4, 'complete', 4),
    );
    expect([1, 2, 3, 4].map((event) => OPERATION_KINDS[worker.kinds.get(event) - 1])).toEqual([
      'create',
      'claim',
      'heartbeat',
      'complete',
    ]);
    const { acknowledged, uncertain, failed: told, inFlight, none } = FATE;
    expect([1, 2, 3, 4, 5].map((event) => worker.fates.get(event))).toEqual([
      acknowledged,
      uncertain,
      told,
      inFlight,
      none,
    ]);
    expect(worker.tasks.get(1)).toBe(crc32('a'));
    expect(worker.tasks.get(2)).toBe(0);
    expect(worker.last).toBe(4);
    expect(worker.inFlight).toMatchObject({ operation: 4, kind: 'complete' });
    expect(ledger.acknowledged).toBe(1);
  });

  it('lets a number that came free be used again, and forgets what it was', () => {
    const { worker } = readOne(
      invoke(1, 'claim', 1),
      failed('fail', 1, 0, 'CLAIM_LOST'),
      invoke(2, 'create', 1),
      ok(2, 1),
    );
    expect(OPERATION_KINDS[worker.kinds.get(1) - 1]).toBe('create');
    expect(worker.fates.get(1)).toBe(FATE.acknowledged);
  });

  it('takes an event for acknowledged although a later step of its operation failed', () => {
    const { ledger, worker } = readOne(
      invoke(1, 'complete', 1),
      failed('fail', 1, 1),
      invoke(2, 'complete', 2),
      failed('info', 2, 2),
    );
    expect([1, 2].map((event) => worker.fates.get(event))).toEqual([FATE.acknowledged, FATE.acknowledged]);
    expect(ledger.acknowledged).toBe(2);
    // Which task it was about the worker was not told.
    expect(worker.tasks.get(1)).toBe(0);
  });

  it('expects no event of an operation that committed none', () => {
    const { ledger, worker } = readOne(invoke(1, 'create', 1), ok(1, 0, 'already there'));
    expect(worker.fates.get(1)).toBe(FATE.none);
    expect(ledger.acknowledged).toBe(0);
    expect(ledger.counts.create.ok).toBe(1);
  });

  it('counts how operations ended, with those in flight and uncertain as indeterminate', () => {
    const { ledger } = readOne(
      invoke(1, 'open', 0),
      ok(1, 0, ''),
      invoke(2, 'claim', 1),
      failed('fail', 2, 0, 'CLAIM_LOST'),
      invoke(3, 'claim', 1),
      failed('info', 3, 0, 'SQLITE_FULL'),
      invoke(4, 'claim', 2),
    );
    expect(ledger.counts.open).toEqual({ ok: 1, fail: 0, indeterminate: 0 });
    expect(ledger.counts.claim).toEqual({ ok: 0, fail: 1, indeterminate: 2 });
    expect(Object.fromEntries(ledger.failures)).toEqual({ 'claim CLAIM_LOST': 1, 'claim SQLITE_FULL': 1 });
    expect(ledger.latencies.claim.totalCount).toBe(2);
  });

  it('keeps what setting the board up acknowledged, and nothing else of it', () => {
    const records = [invoke(1, 'open', 0), ok(1, 0, ''), invoke(2, 'create', 1), ok(2, 1), invoke(3, 'create', 2)];
    const ledger = read({ setup: [{ ...HEADER, worker: 'setup' }, ...records] });
    expect(ledger.acknowledged).toBe(1);
    expect(ledger.counts.create).toEqual({ ok: 0, fail: 0, indeterminate: 0 });
    expect(ledger.counts.open.ok).toBe(0);
    expect(ledger.latencies.create.totalCount).toBe(0);
    expect(ledger.workers.get('setup')?.fates.get(1)).toBe(FATE.acknowledged);
  });

  it('counts failed opens by their message, however many there are', () => {
    const busy = Array.from({ length: 3000 }, (_, index) => [
      invoke(index + 1, 'open', 0),
      failed('fail', index + 1, 0, 'SQLITE_BUSY', 'database is locked'),
    ]).flat();
    const duplicate = [
      invoke(3001, 'open', 0),
      failed('fail', 3001, 0, 'SQLITE_ERROR', 'duplicate column name: tenant'),
    ];
    const ledger = read({ 'w1.0': [HEADER, ...busy], 'w2.0': [HEADER, ...duplicate] });
    expect(Object.fromEntries(ledger.openFailures)).toEqual({
      'database is locked': { count: 3000, worker: 'w1.0' },
      'duplicate column name: tenant': { count: 1, worker: 'w2.0' },
    });
  });

  it('keeps notes with their workers, a limited number of each name', () => {
    const notes = (name: string, count: number): HistoryRecord[] =>
      Array.from({ length: count }, (_, index) => ({ type: 'note', atNs: index, name, data: index }));
    const ledger = read({
      'w1.0': [HEADER, ...notes('housekeeping-failed', 5000), ...notes('pragmas', 1)],
      'w2.0': [HEADER, ...notes('lock-audit', 20)],
    });
    const kept = Map.groupBy(ledger.notes, ({ worker, name }) => `${worker} ${name}`);
    expect(kept.get('w1.0 housekeeping-failed')?.length).toBeLessThan(1000);
    expect(kept.get('w1.0 pragmas')).toHaveLength(1);
    expect(kept.get('w2.0 lock-audit')).toHaveLength(20);
  });

  it('leaves out a record that a kill cut off', () => {
    const trial = goodTrial();
    const before = trial.report([]).acknowledged;
    trial.rewrite('w1.0', (text) => text.slice(0, text.lastIndexOf('+ ') + 7));
    trial.inspect(({ ledger }) => {
      expect(ledger.acknowledged).toBeLessThanOrEqual(before);
      expect(ledger.workers.get('w1.0')?.inFlight).toBeDefined();
    });
  });

  it('agrees with a real trial about what was done', () => {
    const trial = goodTrial();
    trial.inspect(({ ledger }) => {
      expect(ledger.acknowledged).toBe(trial.value('SELECT count(*) FROM task_events'));
      expect(ledger.counts.create.ok).toBe(trial.value('SELECT count(*) FROM tasks'));
      expect(ledger.counts.claim.ok).toBe(trial.value('SELECT count(*) FROM task_runs'));
    });
  });

  it('refuses an outcome of an operation that was never begun', () => {
    expect(() => readOne(ok(1, 1))).toThrow('w1.0.history: operation 1 has an outcome but was not begun');
    expect(() => readOne(invoke(1, 'create', 1), ok(2, 1))).toThrow('operation 2 has an outcome but was not begun');
    expect(() => readOne(invoke(1, 'create', 1), ok(1, 1), ok(1, 1))).toThrow(SyntaxError);
  });

  it('reads nothing but histories', () => {
    const folder = temporaryFolder();
    new HistoryWriter(`${folder}/w1.0.history.bak`).close();
    expect(Ledger.read(folder).workers.size).toBe(0);
  });
});
