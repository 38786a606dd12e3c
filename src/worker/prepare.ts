import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { LATE_INDEXES, OPTIONAL_COLUMNS } from '../board/optional-columns.ts';
import { bundled } from '../engine/bundled.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import { InProcessState } from '../strategy/in-process.ts';
import type { Assignment } from './assignment.ts';
import { BoardWorker } from './board-worker.ts';

/** What the supervisor asks of the process that prepares a run, as JSON in the first argument. */
export type Preparation =
  /** Makes a board with tasks on it, and the history of whoever put them there. */
  | { type: 'board'; assignment: Assignment; start: 'old' | 'current' }
  /** Finds out whether locks on the file system keep a second process out. */
  | { type: 'probe-locks'; databasePath: string }
  /** The second process of that question. */
  | { type: 'probe-second'; databasePath: string };

/** The answer, as JSON on standard output. */
export interface Prepared {
  ok: boolean;
  sqliteVersion: string;
  /** How many tasks a prepared board has. */
  tasks?: number;
  code?: string;
  message?: string;
}

/** @returns how many tasks are on the board. */
function prepareBoard(assignment: Assignment, start: 'old' | 'current'): number {
  mkdirSync(assignment.historyDirectory, { recursive: true });
  const worker = new BoardWorker(assignment.worker, assignment, bundled, new InProcessState(InProcessState.allocate()));
  const deadlineMs = performance.now() + OPENING_MS_MAX;
  // The first round opens the board, so that one without tasks is made too.
  do worker.runOne();
  while (!worker.isDone && (worker.isOpen || performance.now() < deadlineMs));
  worker.close();
  if (start === 'old') makeOld(assignment.databasePath);
  return tasksOn(assignment.databasePath);
}

/** Nobody else is there to be waited for: a board that does not open by then never will. */
const OPENING_MS_MAX = 10_000;

function tasksOn(databasePath: string): number {
  const connection = bundled.open(databasePath, 0);
  const { n } = connection.prepare('SELECT count(*) AS n FROM tasks').get() as { n: number };
  connection.close();
  return n;
}

/** Takes away what the migration adds, so that the next open finds a board of before. */
function makeOld(databasePath: string): void {
  const connection = bundled.open(databasePath, 0);
  for (const index of LATE_INDEXES) connection.exec(`DROP INDEX ${index.split(' ')[5]}`);
  for (const { table, column } of OPTIONAL_COLUMNS) connection.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  connection.close();
}

/** A board is only worth testing where one process's write lock keeps another out. */
function probeLocks(preparation: { databasePath: string }): void {
  const connection = bundled.open(preparation.databasePath, 0);
  const { journal_mode: mode } = connection.prepare('PRAGMA journal_mode = wal').get() as { journal_mode: string };
  if (mode !== 'wal') throw new Error(`WAL cannot be had here: journal_mode stays ${mode}`);
  connection.exec('BEGIN IMMEDIATE');
  const second: Preparation = { type: 'probe-second', databasePath: preparation.databasePath };
  const { stdout } = spawnSync(process.execPath, [import.meta.filename, JSON.stringify(second)], { encoding: 'utf8' });
  connection.exec('ROLLBACK');
  connection.close();
  const answer = JSON.parse(stdout || NO_ANSWER) as Prepared;
  if (answer.ok) throw new Error('two processes held the write lock of one database at the same time');
  if (answer.code !== 'SQLITE_BUSY') throw new Error(`a second process got ${answer.code}: ${answer.message}`);
}

const NO_ANSWER = '{"ok":false,"message":"the second process did not answer"}';

function beginWriting(databasePath: string): void {
  bundled.open(databasePath, 0).exec('BEGIN IMMEDIATE');
}

const preparation = JSON.parse(process.argv[2] ?? '{}') as Preparation;
const answer: Prepared = { ok: true, sqliteVersion: bundled.sqliteVersion };
try {
  if (preparation.type === 'board') answer.tasks = prepareBoard(preparation.assignment, preparation.start);
  else if (preparation.type === 'probe-locks') probeLocks(preparation);
  else beginWriting(preparation.databasePath);
} catch (error) {
  Object.assign(answer, { ok: false, code: codeOf(error), message: messageOf(error) });
}
process.stdout.write(JSON.stringify(answer));
