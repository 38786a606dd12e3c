import ms, { type StringValue } from 'ms';
import { AXES, type StrategyAxes } from '../strategy/axes.ts';
import { STRATEGIES } from '../strategy/presets/index.ts';

/** A value on an axis of a sweep: a number in the axis's unit, or a word. */
export type ParamValue = string | number;

/** What a cell of a sweep is set to; each axis changes a part of it. */
export interface CellSettings {
  /** Preset that supplies the axes of the strategy which are not set. */
  strategy: string;
  axes: Partial<StrategyAxes>;
  synchronous: string | undefined;
  autocheckpoint: number;
  /** Worker processes. */
  writers: number;
  /** Threads in each of them. */
  threads: number;
  loop: 'open' | 'closed';
  /** Operations per second of each writer in the open loop. */
  ratePerSecond: number;
  /** How long every transaction is held open, in milliseconds. */
  holdMs: number;
  /** How long one writer is stopped while it holds the write lock, in milliseconds; 0 for not at all. */
  stopMs: number;
}

/** Something that can be varied in a sweep. */
export interface SweepAxis {
  name: string;
  summary: string;
  /** What a value may be, in words. */
  expected: string;
  /** @returns `undefined` for a text that is no value. */
  read(text: string): ParamValue | undefined;
  /** A value for people. */
  show(value: ParamValue): string;
  apply(settings: CellSettings, value: ParamValue): void;
}

const TIME = /^\d+(\.\d+)? ?(ms|s|m|h)$/;
const TIMEOUT_MS_MAX = 0x7fffffff;

function readTime(text: string, most: number): number | undefined {
  if (/^0+$/.test(text)) return 0;
  const value = TIME.test(text) ? ms(text as StringValue) : Number.NaN;
  return value >= 0 && value <= most ? value : undefined;
}

/** 0, 100 ms, 5 s, 2 m: the unit in which the number is shortest. */
export function showTime(value: ParamValue): string {
  const timeMs = Number(value);
  if (timeMs === 0) return '0';
  return timeMs < 1000 ? `${timeMs} ms` : `${timeMs / 1000} s`;
}

function time(name: string, summary: string, most: number, apply: (settings: CellSettings, ms: number) => void) {
  return {
    name,
    summary,
    expected: `0 or a time with its unit up to ${showTime(most)}, such as 100ms, 5s or 2m`,
    read: (text) => readTime(text, most),
    show: showTime,
    apply: (settings, value) => apply(settings, Number(value)),
  } satisfies SweepAxis;
}

function whole(name: string, summary: string, most: number, apply: (settings: CellSettings, n: number) => void) {
  return {
    name,
    summary,
    expected: `a whole number from 1 to ${most}`,
    read: (text) => (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most ? Number(text) : undefined),
    show: String,
    apply: (settings, value) => apply(settings, Number(value)),
  } satisfies SweepAxis;
}

function words<Word extends string>(
  name: string,
  summary: string,
  known: readonly Word[],
  apply: (settings: CellSettings, word: Word) => void,
) {
  return {
    name,
    summary,
    expected: `one of ${known.join(', ')}`,
    read: (text) => known.find((word) => word.toLowerCase() === text.toLowerCase()),
    show: String,
    apply: (settings, value) => apply(settings, value as Word),
  } satisfies SweepAxis;
}

/** How a transaction begins, in the short words of the reports. */
const POLICIES = { deferred: 'deferred', immediate: 'immediate', jitter: 'immediate-jitter' } as const;

const LOOPS = ['closed', 'open'] as const;

const STRATEGY_AXES = Object.entries(AXES).map(([name, values]) =>
  words(name, 'axis of the strategy (`crashboard list`)', values as readonly string[], ({ axes }, value) => {
    Object.assign(axes, { [name]: value });
  }),
);

/** Every axis of a sweep. A new one is one entry here. */
export const SWEEP_AXES: readonly SweepAxis[] = [
  time('busyTimeout', 'PRAGMA busy_timeout', TIMEOUT_MS_MAX, ({ axes }, value) => (axes.busyTimeoutMs = value)),
  whole('writers', 'worker processes', 256, (settings, value) => (settings.writers = value)),
  whole('threads', 'threads in each process', 64, (settings, value) => (settings.threads = value)),
  words('policy', 'how a write transaction begins', Object.keys(POLICIES) as (keyof typeof POLICIES)[], (to, word) => {
    Object.assign(to.axes, { transaction: POLICIES[word] });
  }),
  words('loop', 'closed: the next operation follows the last; open: at a fixed rate', LOOPS, (to, word) => {
    to.loop = word;
  }),
  {
    name: 'rate',
    summary: 'operations per second of each writer in the open loop',
    expected: 'a number above 0, up to 100000',
    read: (text) => (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 && Number(text) <= 1e5 ? Number(text) : undefined),
    show: (value) => `${value}/s`,
    apply: (settings, value) => (settings.ratePerSecond = Number(value)),
  },
  time('hold', 'how long each transaction stays open', 60_000, (settings, value) => (settings.holdMs = value)),
  time('stop', 'how long one writer is stopped while it holds the lock', 600_000, (settings, value) => {
    settings.stopMs = value;
  }),
  words('synchronous', 'PRAGMA synchronous, in WAL mode', ['OFF', 'NORMAL', 'FULL'], (settings, word) => {
    settings.synchronous = word;
  }),
  {
    name: 'autocheckpoint',
    summary: 'PRAGMA wal_autocheckpoint, in pages',
    expected: '100 or 1000',
    read: (text) => (text === '100' || text === '1000' ? Number(text) : undefined),
    show: String,
    apply: (settings, value) => {
      settings.autocheckpoint = Number(value);
      settings.synchronous ??= 'NORMAL';
    },
  },
  words(
    'strategy',
    'a whole strategy by its name',
    STRATEGIES.map(({ name }) => name),
    (settings, name) => (settings.strategy = name),
  ),
  ...STRATEGY_AXES,
];

/** Where a sweep starts from: what is not varied stays like this. */
export function defaultSettings(): CellSettings {
  return {
    strategy: 'immediate',
    // One lasting connection: opening is not what is measured.
    axes: { connection: 'process' },
    synchronous: undefined,
    autocheckpoint: 1000,
    writers: 4,
    threads: 1,
    loop: 'closed',
    ratePerSecond: 50,
    holdMs: 0,
    stopMs: 0,
  };
}
