import { z } from 'zod';
import { AIMS } from '../fault/fault.ts';
import { FAULTS } from '../fault/index.ts';
import { DATABASE_FILES, HAZARD_MOMENTS } from '../hazard/hazard.ts';
import { HAZARDS } from '../hazard/index.ts';
import { AXES } from '../strategy/axes.ts';
import { STRATEGIES } from '../strategy/presets/index.ts';
import { nearest } from './nearest.ts';

const names = (things: readonly { name: string }[]) => z.enum(things.map(({ name }) => name) as [string, ...string[]]);
const count = (least: number, most: number) => z.int().min(least).max(most);
const milliseconds = (least: number, most = 24 * 3_600_000) => z.number().min(least).max(most);
const weight = z.number().min(0).max(1000);

const axesSchema = z.strictObject({
  firstOpen: z.enum(AXES.firstOpen),
  initialisedCache: z.enum(AXES.initialisedCache),
  transaction: z.enum(AXES.transaction),
  writeLock: z.enum(AXES.writeLock),
  pragmas: z.enum(AXES.pragmas),
  afterCommit: z.enum(AXES.afterCommit),
  probe: z.enum(AXES.probe),
  lease: z.enum(AXES.lease),
  checkpoint: z.enum(AXES.checkpoint),
  connection: z.enum(AXES.connection),
  busyTimeoutMs: count(0, 0x7fffffff),
});

const label = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');

/** A strategy of a scenario's own: a preset with other values on some axes. */
const customStrategySchema = z.strictObject({
  name: label,
  summary: z.string().default('composed by the scenario'),
  source: z.string().default('the scenario'),
  /** Preset that supplies the axes which are not given. */
  extends: names(STRATEGIES).default('immediate'),
  axes: axesSchema.partial().default({}),
});

const STRATEGY_NAMES = STRATEGIES.map(({ name }) => name);

const strategySchema = z.union([names(STRATEGIES), customStrategySchema], {
  error: (issue) =>
    typeof issue.input === 'string'
      ? `no strategy is named "${issue.input}"${nearest(issue.input, STRATEGY_NAMES)} (\`crashboard list\` shows all)`
      : 'expected the name of a strategy or { name, extends, axes } with known axes and values',
});

const mixSchema = z
  .strictObject({
    create: weight.default(0),
    claim: weight.default(0),
    heartbeat: weight.default(0),
    complete: weight.default(0),
    reclaim: weight.default(0),
  })
  .refine((mix) => Object.values(mix).some((value) => value > 0), 'at least one operation needs a weight above 0');

const loopSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('closed') }),
  z.strictObject({ type: z.literal('open'), ratePerSecond: z.number().positive().max(100_000) }),
]);

/** The operation mix of a busy board; also what the project's benchmarks measure. */
const DEFAULT_MIX = { create: 3, claim: 4, heartbeat: 4, complete: 2, reclaim: 1 };

const faultSchema = z.strictObject({
  fault: names(FAULTS),
  perSecond: z.number().positive().max(100),
  aim: z.enum(AIMS).default('random'),
  durationMs: milliseconds(1).default(100),
});

const hazardSchema = z
  .strictObject({
    hazard: names(HAZARDS),
    /** For raw-read: which file; the database if it is left out. */
    file: z.enum(DATABASE_FILES).optional(),
    when: z.enum(HAZARD_MOMENTS),
    probability: z.number().positive().max(1).default(1),
  })
  .refine(({ hazard, file }) => hazard === 'raw-read' || file === undefined, {
    path: ['file'],
    error: 'only raw-read takes a file; the other hazards are about all of them',
  })
  .transform((use) => (use.hazard === 'raw-read' ? { ...use, file: use.file ?? ('database' as const) } : use));

/** What is expected of a cell. `any` only reports. */
const expectationSchema = z.union(
  [
    z.enum(['safe', 'unsafe', 'any']),
    z.strictObject({
      verdict: z.literal('unsafe'),
      /** How many different checks must catch it, at least. */
      checks: count(1, 20).default(1),
      /** Whether one of them must be an early sign: `locks`, `sidecars` or `wal-index`. */
      earlySign: z.boolean().default(false),
    }),
  ],
  { error: 'expected "safe", "unsafe", "any" or { verdict: "unsafe", checks, earlySign }' },
);

const boardSchema = z.strictObject({
  /** What the workers find: no file, a board without the optional columns, or one that is up to date. */
  start: z.enum(['fresh', 'old', 'current']).default('current'),
  /** Ready tasks on the board at the start; not with a fresh one. */
  tasks: count(0, 1_000_000).default(40),
  claimTtlMs: milliseconds(1).default(900_000),
  reclaim: z.enum(['dead-holders', 'expired']).default('dead-holders'),
});

const workersSchema = z.strictObject({
  processes: count(1, 256).default(4),
  threads: count(1, 64).default(1),
});

const workloadSchema = z.strictObject({
  mix: mixSchema.default(DEFAULT_MIX),
  loop: loopSchema.default({ type: 'closed' }),
  operations: count(1, 100_000_000).nullable().default(null),
  retry: z.enum(['none', 'new-task']).default('none'),
  /** How long every write transaction stays open before its commit. */
  holdMs: milliseconds(0, 60_000).optional(),
});

const dispatchersSchema = z.strictObject({
  processes: count(1, 16).default(1),
  mix: mixSchema.default({ create: 1, claim: 0, heartbeat: 0, complete: 0, reclaim: 4 }),
  loop: loopSchema.default({ type: 'open', ratePerSecond: 50 }),
});

const hazardsSchema = z.array(hazardSchema).max(16);
const faultsSchema = z.array(faultSchema).max(16);

const controlSchema = z.strictObject({
  name: label,
  strategy: strategySchema,
  hazards: hazardsSchema.default([]),
  /** Left out, the scenario's. */
  faults: faultsSchema.optional(),
  workers: workersSchema.optional(),
  durationMs: milliseconds(10).optional(),
  expect: expectationSchema,
});

/** Everything that a scenario file can say. */
export const scenarioSchema = z.strictObject({
  name: label,
  /** What the scenario answers, as a question. */
  question: z.string().min(1),
  board: boardSchema.prefault({}),
  workers: workersSchema.prefault({}),
  workload: workloadSchema.prefault({}),
  /** Processes beside the workers that hand out and take back work; not struck by faults. */
  dispatchers: dispatchersSchema.optional(),
  hazards: hazardsSchema.default([]),
  faults: faultsSchema.default([]),
  strategies: z
    .union([z.literal('all'), z.array(strategySchema).min(1)], { error: 'expected "all" or a list of strategies' })
    .default('all'),
  /** Cells that are known to be bad: without them a silent run proves nothing. */
  controls: z.array(controlSchema).max(64).default([]),
  /** Longest time that the workers work in one trial. */
  durationMs: milliseconds(10).default(2000),
  trials: count(1, 100_000).default(1),
  /** Environment variables of the modelled program, for strategies that read them. */
  environment: z.record(z.string(), z.string()).default({}),
  /** What is expected, by strategy; `default` for those that are not named. */
  expect: z.record(z.string(), expectationSchema).default({}),
});

/** A scenario as its author writes it. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
/** A scenario with every default filled in. */
export type Scenario = z.output<typeof scenarioSchema>;
export type Expectation = z.output<typeof expectationSchema>;
export type StrategyReference = z.output<typeof strategySchema>;
export type Control = z.output<typeof controlSchema>;
