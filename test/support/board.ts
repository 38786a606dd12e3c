import { onTestFinished } from 'vitest';
import type { NewTask } from '../../src/board/operation/create.ts';
import { bundled } from '../../src/engine/bundled.ts';
import { runFreely } from '../../src/step/run-freely.ts';
import { BASELINE, type StrategyAxes } from '../../src/strategy/axes.ts';
import { InProcessState } from '../../src/strategy/in-process.ts';
import { Session, type SessionSettings } from '../../src/strategy/session.ts';

/** A session that is like a quick control unless told otherwise. Closed when the test is over. */
export function sessionOn(
  databasePath: string,
  axes: Partial<StrategyAxes> = {},
  settings: Partial<Omit<SessionSettings, 'axes' | 'databasePath'>> = {},
): Session {
  const session = new Session({
    databasePath,
    axes: { ...BASELINE, firstOpen: 'immediate', connection: 'process', busyTimeoutMs: 0, ...axes },
    engine: bundled,
    worker: 'w1.0',
    claimTtlMs: 60_000,
    reclaim: 'expired',
    inProcess: newProcessState(),
    random: () => 0.5,
    hooks: { *connected() {}, *beforeCommit() {}, *afterCommit() {} },
    ...settings,
  });
  onTestFinished(() => {
    if (session.isOpen) runFreely(session.abandon());
  });
  return session;
}

/** The same, open and migrated. */
export function openSession(...args: Parameters<typeof sessionOn>): Session {
  const session = sessionOn(...args);
  runFreely(session.open());
  return session;
}

/** What a process of its own would share among its threads. */
export function newProcessState(): InProcessState {
  return new InProcessState(InProcessState.allocate());
}

/** A task as a caller without wishes creates it. */
export function newTask(id: string, wishes: Partial<NewTask> = {}): NewTask {
  return { id, title: `title of ${id}`, body: 'body', priority: 0, parent: null, idempotencyKey: null, ...wishes };
}

/** Reads from a database over a connection of its own. */
export function query<Row = Record<string, string | number | null>>(databasePath: string, sql: string): Row[] {
  const connection = bundled.open(databasePath, 1000);
  try {
    return connection.prepare(sql).all() as Row[];
  } finally {
    connection.close();
  }
}

/** Changes a database over a connection of its own. */
export function execute(databasePath: string, sql: string): void {
  const connection = bundled.open(databasePath, 1000);
  try {
    connection.exec(sql);
  } finally {
    connection.close();
  }
}

/** The code that an action fails with; `undefined` if it succeeds. */
export function codeFrom(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
}

/** The statements that begin and end transactions among the labels of steps. */
export function transactionsIn(labels: readonly string[]): string[] {
  return labels.filter((label) => /^(BEGIN|COMMIT|ROLLBACK)/.test(label));
}
