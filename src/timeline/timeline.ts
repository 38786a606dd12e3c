import type { OperationKind } from '../history/record.ts';

/** How an operation ended, as its worker was told. The order is that of the packed form. */
export const OUTCOMES = ['ok', 'refused', 'fail', 'info', 'in-flight'] as const;
export type SpanOutcome = (typeof OUTCOMES)[number];

/** One operation of a lane, or several quiet ones that lie close together. Times are microseconds since the trial's epoch. */
export interface Span {
  startUs: number;
  endUs: number;
  kind: OperationKind;
  outcome: SpanOutcome;
  /** How many operations it stands for; more than 1 only for successful ones and refusals. */
  count: number;
}

/** A row of the timeline: one place in the trial, whoever took it after a kill. */
export interface Lane {
  /** `w1`, or `w1 thread 2`. */
  name: string;
  /** The processes that had the place, one after the other. */
  workers: { worker: string; pid: number; fromUs: number; toUs: number; how: string }[];
}

/** An operation without an outcome when its worker was struck. */
export interface InFlight {
  worker: string;
  kind: OperationKind;
  /** What the caller wanted: the name of the request or the task. */
  request: string;
  sinceUs: number;
  /** Number of the event that it would commit; 0 if it commits none. */
  event: number;
  /** What the audit trail shows of it afterwards; `nothing` for operations that commit no event. */
  fate: 'committed' | 'absent' | 'nothing' | 'unknown';
}

/** A kill or a pause, as it happened. */
export interface Strike {
  fault: string;
  worker: string;
  /** Lanes of the process: one for each of its threads. */
  lanes: number[];
  atUs: number;
  /** How long a pause lasted; 0 for a kill. */
  durationUs: number;
  aim: string;
  /** `null` where the kernel does not tell. */
  inTransaction: boolean | null;
  /** Locks of the victim, seen while it stood still. */
  locks: string[];
  inFlight: InFlight[];
}

/** Something that a check counts as a sign of damage, at its moment. */
export interface Sign {
  /** Name of the check that it speaks to, or `hazard` for the first time that a hazard was committed. */
  check: string;
  /** `null` for what is nobody's in particular. */
  lane: number | null;
  atUs: number;
  text: string;
}

/** What happened in one trial, lane by lane. */
export interface Timeline {
  version: 1;
  scenario: string;
  cell: string;
  trial: number;
  seed: string;
  /** When the last thing happened. */
  endUs: number;
  lanes: Lane[];
  strikes: Strike[];
  signs: Sign[];
  /** Moments at which the observer saw a worker holding the write lock, as [lane, microseconds]: samples, not durations. */
  lockSamples: [lane: number, atUs: number][];
  operations: {
    total: number;
    /** Spans that stand for them. */
    spans: number;
    /** Quiet operations of a lane that start within the same so many microseconds are one span; 0: each is its own. */
    grainUs: number;
    /** Failed operations that were left out, because there are too many. */
    leftOut: number;
  };
  /** The spans of all lanes: see `pack.ts`. */
  packed: string;
}
