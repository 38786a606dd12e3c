import { z } from 'zod';
import { machineSchema } from '../kernel/machine.ts';
import { sectionSchema } from './section/section.ts';

/** The version of the form of `run.json`. 2 added the figures of each trial. */
export const RUN_VERSION = 2;

const count = z.int().min(0);
const proportion = z.number().min(0).max(1);

const interval = z.strictObject({ low: proportion, high: proportion }).describe('exact two-sided 95 % interval');

const latency = z.strictObject({
  count,
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

const operationCounts = z.strictObject({
  ok: count.describe('told: committed'),
  fail: count.describe('told: failed'),
  indeterminate: count.describe('in flight when the worker died, or told that nobody knows'),
});

const finding = z.strictObject({
  check: z.string(),
  severity: z.enum(['violation', 'warning']),
  message: z.string(),
  mechanism: z.string().optional(),
  trial: z.int().min(1),
  evidence: z
    .string()
    .optional()
    .describe('path below the folder of the run; the files of trials that did not fail are not kept'),
});

/** What came out of one trial. */
const trialFigures = z.strictObject({
  trial: z.int().min(1),
  seed: z.string(),
  failed: z.boolean().describe('it has a violation'),
  durationMs: z.number().min(0),
  acknowledged: count,
  lost: count,
  kills: count,
  killsInTransaction: count.nullable(),
  pauses: count,
  throughputPerSecond: z.number().min(0),
  p99Ms: z.number().nullable(),
  timeline: z.string().optional().describe('path below the folder of the run; of trials that passed, the first ones'),
});

const cell = z.strictObject({
  id: z.string(),
  scenario: z.string(),
  control: z.boolean().describe('known to be bad: shows that the run can see'),
  strategy: z.strictObject({
    name: z.string(),
    summary: z.string(),
    source: z.string(),
    axes: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  engine: z.strictObject({ name: z.string(), sqliteVersion: z.string() }),
  hazards: z.array(z.string()),
  faults: z.array(z.string()),
  label: z.string().describe('the strategy, and what is done to it'),
  processes: count,
  threads: count,
  expected: z.union([
    z.enum(['safe', 'unsafe', 'any']),
    z.strictObject({ verdict: z.literal('unsafe'), checks: count, earlySign: z.boolean() }),
  ]),
  verdict: z.enum(['safe', 'unsafe', 'inconclusive']),
  outcome: z.enum(['held', 'violated', 'open']).describe('how the verdict stands to what was expected'),
  trials: count,
  perTrial: z.array(trialFigures),
  failures: count.describe('trials with at least one violation'),
  failureRate: interval,
  perKillHigh: proportion.describe('upper 95 % limit of the chance that one kill does damage; 1 if nothing is known'),
  findings: z.array(finding),
  inconclusiveBecause: z.array(z.string()),
  operations: z.strictObject({
    open: operationCounts,
    create: operationCounts,
    claim: operationCounts,
    heartbeat: operationCounts,
    complete: operationCounts,
    reclaim: operationCounts,
    acknowledged: count.describe('events that a worker was told are committed'),
    lost: count.describe('of these, not in the database'),
    inFlightCommitted: count.describe('indeterminate operations that the audit trail shows committed'),
    inFlightAbsent: count.describe('indeterminate operations that it does not'),
  }),
  kills: z.strictObject({
    total: count,
    inTransaction: count
      .nullable()
      .describe('victim held the write lock while stopped; null where the kernel does not tell'),
    inFlight: count.describe('victim had an operation in flight'),
  }),
  pauses: count,
  claimsLost: count.describe('claims that another worker won'),
  errors: z.record(z.string(), count).describe('by operation and code'),
  throughputPerSecond: z.number().min(0),
  latencyMs: z.strictObject({
    all: latency.optional(),
    open: latency.optional(),
    create: latency.optional(),
    claim: latency.optional(),
    heartbeat: latency.optional(),
    complete: latency.optional(),
    reclaim: latency.optional(),
  }),
  replacementMsMedian: z.number().nullable(),
  replay: z.string().describe('command line that repeats this cell'),
});

/** What `run.json` holds. The published JSON schema is made from this. */
export const runSchema = z.strictObject({
  $schema: z.string(),
  version: z.literal(RUN_VERSION),
  crashboard: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().min(0),
  interrupted: z.boolean(),
  failure: z.string().nullable().describe('why the harness itself failed before the plan was through'),
  exitCode: z.int(),
  seed: z.string(),
  planDigest: z.string(),
  shard: z.strictObject({ index: count, of: count }).nullable().describe('the part of the plan that this run is'),
  cellsPlanned: count.describe('more than there are cells below where a run was cut short'),
  scenarios: z.array(z.strictObject({ name: z.string(), question: z.string() })),
  environment: machineSchema,
  cells: z.array(cell),
  sections: z.array(sectionSchema).describe('parts of the result that are no cells'),
});

export type RunJson = z.output<typeof runSchema>;
/** One cell of a run. */
export type CellJson = RunJson['cells'][number];
/** One finding of a cell. */
export type FindingJson = CellJson['findings'][number];

/** The published schema of `run.json`. */
export function runJsonSchema(): unknown {
  return { $id: 'crashboard/run.schema.json', title: 'run.json of Crashboard', ...z.toJSONSchema(runSchema) };
}
