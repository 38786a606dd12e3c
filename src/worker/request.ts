import type { NewTask } from '../board/operation/create.ts';
import type { BoardOperation } from '../history/record.ts';
import type { Workload } from './assignment.ts';

/** One thing to do, with all its arguments. */
export type Request =
  | { kind: 'create'; task: NewTask; attempt: number }
  | { kind: 'claim'; choice: number }
  | { kind: 'heartbeat'; task: string }
  | { kind: 'complete'; task: string }
  | { kind: 'reclaim' };

/** A worker holds no more tasks than this at a time. */
const HELD_MAX = 4;
/** One task in five waits for another. */
const CHILD_CHANCE = 0.2;
const PRIORITIES = 4;
const RETRIES_MAX = 3;
const BODY = 'Reproduce, fix, verify; then say what was measured and what was not. '.repeat(3);

/** Chooses what a worker does next: by the weights of the mix, as far as the worker's own situation allows. */
export class RequestSource {
  readonly #worker: string;
  readonly #workload: Workload;
  readonly #random: () => number;
  readonly #held: string[] = [];
  readonly #weights: [BoardOperation, number][];
  readonly #total: number;
  #serial = 0;
  #lastCreated: string | null = null;
  #boardIsEmpty = false;

  /** @param random seeded, 0 up to but not including 1. */
  constructor(worker: string, workload: Workload, random: () => number) {
    this.#worker = worker;
    this.#workload = workload;
    this.#random = random;
    this.#weights = Object.entries(workload.mix) as [BoardOperation, number][];
    this.#total = this.#weights.reduce((sum, [, weight]) => sum + weight, 0);
  }

  next(): Request {
    const kind = this.#possible(this.#draw());
    switch (kind) {
      case 'create':
        return { kind, task: this.#newTask(), attempt: 1 };
      case 'claim':
        return { kind, choice: this.#random() };
      case 'heartbeat':
      case 'complete':
        return { kind, task: this.#held[Math.floor(this.#random() * this.#held.length)] as string };
      case 'reclaim':
        return { kind };
    }
  }

  /** The same request once more, as a caller does that was told of a failure; `undefined` to let it be. */
  retryOf(request: Request): Request | undefined {
    if (this.#workload.retry === 'none' || request.kind !== 'create' || request.attempt > RETRIES_MAX) return undefined;
    return { ...request, task: { ...request.task, id: this.#newId() }, attempt: request.attempt + 1 };
  }

  /** The worker was told that the request succeeded. */
  succeeded(request: Request, task: string): void {
    if (request.kind === 'create') {
      this.#lastCreated = task;
      this.#boardIsEmpty = false;
    } else if (request.kind === 'claim') this.#held.push(task);
    else if (request.kind === 'complete') this.#drop(task);
  }

  /** The worker was told that the request failed. */
  failed(request: Request, code: string): void {
    if (request.kind === 'claim' && code === 'NOTHING_TO_DO') this.#boardIsEmpty = true;
    if ('task' in request && typeof request.task === 'string' && code === 'CLAIM_STALE') this.#drop(request.task);
  }

  #draw(): BoardOperation {
    let rest = this.#random() * this.#total;
    for (const [kind, weight] of this.#weights) {
      rest -= weight;
      if (rest < 0) return kind;
    }
    return 'create';
  }

  /** Bends a choice that cannot be made now: nothing held, too much held, nothing to claim. */
  #possible(kind: BoardOperation): BoardOperation {
    const { mix } = this.#workload;
    if ((kind === 'heartbeat' || kind === 'complete') && this.#held.length === 0) kind = 'claim';
    if (kind === 'claim' && this.#held.length >= HELD_MAX) return mix.complete > 0 ? 'complete' : 'heartbeat';
    if (kind === 'claim' && this.#boardIsEmpty && mix.create > 0) return 'create';
    return kind;
  }

  #newTask(): NewTask {
    const id = this.#newId();
    return {
      id,
      title: `request ${this.#worker}/${this.#serial}`,
      body: BODY,
      priority: Math.floor(this.#random() * PRIORITIES),
      parent: this.#random() < CHILD_CHANCE ? this.#lastCreated : null,
      // A caller that repeats a request as a new task is one that has no key.
      idempotencyKey: this.#workload.retry === 'new-task' ? null : `key ${id}`,
    };
  }

  #newId(): string {
    return `t${this.#worker}-${++this.#serial}`;
  }

  #drop(task: string): void {
    const index = this.#held.indexOf(task);
    if (index >= 0) this.#held.splice(index, 1);
  }
}

/** What stands in the history for a request: retries share it. No spaces. */
export function requestName(request: Request): string {
  if (request.kind === 'create') return request.task.title.slice('request '.length);
  return 'task' in request ? request.task : '-';
}
