import { crc32 } from 'node:zlib';

/** What an event's row says of itself; see {@link EventChain}. */
export interface EventStamp {
  worker: string;
  /** Number of the event, from 1, per worker. */
  number: number;
  /** Number of the last event that this worker knew to be committed when it wrote this one; 0 for none. */
  after: number;
  /** CRC-32 over this event's contents, continued from the digest of event `after`. */
  digest: number;
}

/**
 * The chain of digests that one worker puts into its events, so that a lost, doubled or altered event is visible in the
 * rows alone: event `after` must be there, the digest must continue its digest, and no number may stand twice. Numbers
 * between `after` and `number` may be missing: the worker was never told what became of them.
 */
export class EventChain {
  readonly #worker: string;
  #acknowledged = { number: 0, digest: 0 };
  #pending: { number: number; digest: number } | undefined;
  #next = 1;

  constructor(worker: string) {
    this.#worker = worker;
  }

  /** Number that the next event will carry. */
  get next(): number {
    return this.#next;
  }

  /** Number of the last event known to be committed; 0 before the first. */
  get acknowledged(): number {
    return this.#acknowledged.number;
  }

  /** The payload for the event that is being written now. */
  stamp(kind: string, task: string): string {
    const number = this.#next;
    const { number: after, digest: previous } = this.#acknowledged;
    const digest = digestOf({ worker: this.#worker, number, after }, kind, task, previous);
    this.#pending = { number, digest };
    return formatStamp({ worker: this.#worker, number, after, digest });
  }

  /** The transaction of the pending event is committed. */
  committed(): void {
    if (!this.#pending) return;
    this.#acknowledged = this.#pending;
    this.#next = this.#pending.number + 1;
    this.#pending = undefined;
  }

  /** The transaction of the pending event did not happen: its number is free again. */
  rolledBack(): void {
    this.#pending = undefined;
  }

  /** Nobody knows: the number is spent, and the chain continues from the last certain event. */
  uncertain(): void {
    if (this.#pending) this.#next = this.#pending.number + 1;
    this.#pending = undefined;
  }
}

/** The digest that an event must carry. @param previous digest of event `after`, 0 for none. */
export function digestOf(stamp: Omit<EventStamp, 'digest'>, kind: string, task: string, previous: number): number {
  return crc32(`${stamp.worker} ${stamp.number} ${stamp.after} ${kind} ${task}`, previous);
}

/** Writes a stamp as the text of `task_events.payload`. */
export function formatStamp(stamp: EventStamp): string {
  return `${stamp.worker} ${stamp.number} ${stamp.after} ${stamp.digest}`;
}

const STAMP = /^(\S+) ([1-9]\d{0,8}) (0|[1-9]\d{0,8}) (0|[1-9]\d{0,9})$/;

/** Reads a payload back; `undefined` if no worker can have written it. */
export function parseStamp(payload: unknown): EventStamp | undefined {
  if (typeof payload !== 'string') return undefined;
  const [, worker, number, after, digest] = STAMP.exec(payload) ?? [];
  if (worker === undefined) return undefined;
  return { worker, number: Number(number), after: Number(after), digest: Number(digest) };
}
