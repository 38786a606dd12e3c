import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/** What the yardstick says of this moment: how a process by itself gets on with small transactions. */
export interface Reading {
  /** Transactions per second, without and with a sync: what the rest of the machine leaves over. */
  writesPerSecond: number;
  syncsPerSecond: number;
}

export type FromYardstick = { type: 'ready' } | ({ type: 'reading' } & Reading);

const SLICE_MS = 40;
const SYNC_SLICE_MS = 20;
/** A reading of fewer is no reading. */
const LEAST = 3;

/**
 * Entry of the yardstick: a process of its own that does the same small writes whenever it is asked to. They depend on
 * the machine, its disk and its SQLite, and on nothing that Crashboard does: what they lose from one reading to the next,
 * the machine has lost.
 */
function main(path: string): void {
  rmSync(path, { force: true });
  const connection = new Database(path);
  connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, at REAL, body TEXT)');
  const insert = connection.prepare('INSERT OR REPLACE INTO t (id, at, body) VALUES (?, ?, ?)');
  const begin = connection.prepare('BEGIN IMMEDIATE');
  const commit = connection.prepare('COMMIT');
  let row = 0;
  const transaction = (): void => {
    begin.run();
    insert.run(++row % 1000, performance.now(), 'x'.repeat(200));
    commit.run();
  };
  const rate = (synchronous: 'NORMAL' | 'FULL', sliceMs: number): number => {
    connection.pragma(`synchronous = ${synchronous}`);
    const startMs = performance.now();
    let [count, elapsedMs] = [0, 0];
    for (; elapsedMs < sliceMs || count < LEAST; count++) {
      transaction();
      elapsedMs = performance.now() - startMs;
    }
    return (count * 1000) / elapsedMs;
  };
  rate('NORMAL', SLICE_MS);
  process.on('disconnect', () => process.exit());
  process.on('message', () => {
    say({ type: 'reading', writesPerSecond: rate('NORMAL', SLICE_MS), syncsPerSecond: rate('FULL', SYNC_SLICE_MS) });
  });
  say({ type: 'ready' });
}

function say(message: FromYardstick): void {
  process.send?.(message);
}

main(process.argv[2] ?? '');
