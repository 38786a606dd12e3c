import Database from 'better-sqlite3';
import seedrandom from 'seedrandom';
import { bundled } from '../../engine/bundled.ts';
import type { Engine } from '../../engine/connection.ts';
import { InProcessState } from '../../strategy/in-process.ts';
import type { Assignment } from '../../worker/assignment.ts';
import { BoardWorker } from '../../worker/board-worker.ts';
import { RequestSource, type Request } from '../../worker/request.ts';
import { BareBoard } from './board.ts';
import { openBare } from './job.ts';

/** The source from which a worker of this assignment draws: the same requests, as long as it gets the same answers. */
export function requestSourceOf({ worker, workload, seed }: Assignment): RequestSource {
  return new RequestSource(worker, workload, seedrandom(`${seed}/${worker}`));
}

/** Serves the next request of a source on the bare board. @returns the request, and whether it was granted. */
export function serveNext(board: BareBoard, source: RequestSource): { request: Request; granted: boolean } {
  const request = source.next();
  const task = board.perform(request);
  if (task === undefined) source.failed(request, 'NOTHING_TO_DO');
  else source.succeeded(request, task);
  return { request, granted: task !== undefined };
}

/**
 * Makes sure that a worker of the harness and the bare board send SQLite the same statements with the same arguments.
 * Moments and stamps are compared by kind only. @param worker @param bare two copies of one board.
 * @throws at the first difference.
 */
export function assertSameStatements(worker: Assignment, bare: Assignment, requests: number): void {
  const [expected, found] = [statementsOfWorker(worker, requests), statementsOfBare(bare, requests)];
  for (let index = 0; index < Math.max(expected.length, found.length); index++) {
    if (expected[index] === found[index]) continue;
    throw new Error(
      `the bare loop is not what the harness runs: statement ${index} is\n  ${found[index]}\ninstead of\n  ${expected[index]}`,
    );
  }
}

function statementsOfWorker(assignment: Assignment, requests: number): string[] {
  const log: string[] = [];
  const engine: Engine = {
    name: 'logging',
    sqliteVersion: bundled.sqliteVersion,
    open: (path, timeout) => new Database(path, { timeout, verbose: (sql) => log.push(withoutMoments(String(sql))) }),
  };
  const worker = new BoardWorker(assignment.worker, assignment, engine, new InProcessState(InProcessState.allocate()));
  worker.runOne();
  // What opening and migrating says is not part of the comparison.
  log.length = 0;
  for (let served = 0; served < requests; served++) worker.runOne();
  const statements = log.slice();
  worker.close();
  return statements;
}

function statementsOfBare(assignment: Assignment, requests: number): string[] {
  const log: string[] = [];
  const verbose = (sql: unknown): unknown => log.push(withoutMoments(String(sql)));
  const connection = openBare(assignment.databasePath, assignment.axes, { verbose });
  log.length = 0;
  const board = new BareBoard(connection, assignment.claimTtlMs);
  const source = requestSourceOf(assignment);
  for (let served = 0; served < requests; served++) serveNext(board, source);
  connection.close();
  return log;
}

const UNIX_MS = /\b\d{13}(\.0)?\b/g;
const STAMP = /'\S+ \d+ \d+ \d+'/g;

function withoutMoments(sql: string): string {
  return sql.replace(UNIX_MS, '<moment>').replace(STAMP, '<stamp>');
}

/**
 * Makes sure that two boards grew in the same way, as far as the shorter trail reaches.
 * @throws at the first event that differs.
 */
export function assertSameBeginning(path: string, otherPath: string): void {
  const [events, others] = [eventsOf(path), eventsOf(otherPath)];
  for (let index = 0; index < Math.min(events.length, others.length); index++) {
    if (events[index] === others[index]) continue;
    throw new Error(`given the same work, the boards differ: event ${index} is ${events[index]} and ${others[index]}`);
  }
}

function eventsOf(databasePath: string): string[] {
  const connection = new Database(databasePath, { readonly: true });
  const sql = "SELECT kind || ' ' || task_id || ' ' || coalesce(run_id, '') FROM task_events ORDER BY id";
  const events = connection.prepare<[], string>(sql).pluck().all();
  connection.close();
  return events;
}
