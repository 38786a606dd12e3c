import { parseStamp, type EventStamp } from '../board/event-chain.ts';
import type { EventKind } from '../board/operation/append-event.ts';
import type { SqlValue } from '../engine/connection.ts';
import type { BoardOperation } from '../history/record.ts';
import type { CopiedDatabase } from './copied-database.ts';

/** One row of the board's audit trail. */
export interface TrailEvent {
  id: number;
  task: string;
  kind: string;
  run: number | null;
  /** `undefined` if no worker can have written this payload. */
  stamp: EventStamp | undefined;
}

/** Which kind of event an operation commits. */
export const EVENT_OF: Record<BoardOperation, EventKind> = {
  create: 'created',
  claim: 'claimed',
  heartbeat: 'heartbeat',
  complete: 'completed',
  reclaim: 'reclaimed',
};

const EVENTS = 'SELECT id, task_id AS task, kind, run_id AS run, payload FROM task_events ORDER BY id';

type EventRow = Pick<TrailEvent, 'id' | 'run'> & Record<'task' | 'kind' | 'payload', SqlValue>;

/** The audit trail in the order in which it was committed, row by row. @throws SQLite's error where it cannot be read. */
export function* trailOf(database: CopiedDatabase): Generator<TrailEvent, void, undefined> {
  for (const row of database.connection().prepare(EVENTS).iterate()) {
    const { id, task, kind, run, payload } = row as EventRow;
    // A damaged page can hold numbers and NULL where text was written.
    yield { id, task: String(task), kind: String(kind), run, stamp: parseStamp(payload) };
  }
}
