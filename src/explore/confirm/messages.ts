import type { MessagePort } from 'node:worker_threads';
import type { ActorEnd } from '../../scenario/exploration.ts';
import type { StrategyAxes } from '../../strategy/axes.ts';

/** What a process that carries a schedule out is started with. */
export interface ConfirmJob {
  /** Name or path of the exploration, and the folder that a path is relative to. */
  scenario: string;
  directory: string;
  situation: string;
  axes: StrategyAxes;
  databasePath: string;
  /** The actors that are threads of this process. */
  actors: number[];
}

/** One actor is to take its next step. */
export interface StepOrder {
  actor: number;
  /** The virtual clock. */
  nowMs: number;
  /** Take the step, or give up waiting for it. */
  action: 'step' | 'give-up';
}

/** What became of it. */
export interface StepReply {
  actor: number;
  /** The statement, lock or file action. */
  label: string;
  /** It has to wait; nothing has changed. */
  blocked: boolean;
  /** How the actor has ended, if it has. */
  end: ActorEnd | undefined;
}

/** What a thread is given. */
export interface ThreadJob {
  job: ConfirmJob;
  actor: number;
  inProcess: SharedArrayBuffer;
  port: MessagePort;
}

/** What a process says. */
export type FromProcess = { type: 'ready' } | { type: 'reply'; reply: StepReply } | { type: 'failed'; message: string };
