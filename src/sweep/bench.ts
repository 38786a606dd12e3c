import { z } from 'zod';
import { BOARD_OPERATIONS } from '../history/record.ts';
import { ScenarioError } from '../scenario/define.ts';
import { RULES } from './recommend/rule-names.ts';

const label = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');
const value = z.union([z.string(), z.number()]);
const params = z.record(z.string(), value);
const grid = z.record(z.string(), z.array(value).min(1, 'an axis needs at least one value'));
const duration = z
  .number()
  .min(100)
  .max(24 * 3_600_000);
const repetitions = z.int().min(1).max(1000);

const claimSchema = z.strictObject({
  /** Where it was made. */
  source: z.string(),
  text: z.string(),
  /** The value on the axis of the recommendation that the claim is about. */
  value,
  /** It holds if throughput falls to this share of the reference's or below. */
  throughputShareMax: z.number().positive(),
});

/** Everything that a bench file can say. */
const benchSchema = z.strictObject({
  name: label,
  /** What the bench answers, as a question. */
  question: z.string().min(1),
  /** Ready tasks on the board at the start. */
  tasks: z.int().min(0).max(1_000_000).default(40),
  /** Relative weight of each operation. */
  mix: z.partialRecord(z.enum(BOARD_OPERATIONS), z.number().min(0).max(1000)).default({ create: 1, heartbeat: 2 }),
  /** What is not varied, where it differs from the defaults of a sweep. */
  base: params.default({}),
  /** An axis of the bench's own: each of its values sets several others. */
  variants: z.strictObject({ axis: label, values: z.record(z.string(), params) }).optional(),
  /** What is varied, and over which values: the full grid is measured. */
  grid,
  durationMs: duration.default(2000),
  repetitions: repetitions.default(5),
  /** What `--quick` measures instead. */
  quick: z
    .strictObject({ grid: grid.optional(), durationMs: duration.optional(), repetitions: repetitions.optional() })
    .default({}),
  /** The axis on which a value is recommended, the rule for it, and the value that others are compared with. */
  recommend: z.strictObject({ axis: z.string(), rule: z.enum(RULES), reference: value.optional() }),
  claims: z.array(claimSchema).default([]),
});

/** A bench as its author writes it. */
export type BenchInput = z.input<typeof benchSchema>;
/** A bench with every default filled in. */
export type Bench = z.output<typeof benchSchema>;

/**
 * Checks a bench and fills in what it leaves out. A bench file exports the result as its default.
 * @throws {ScenarioError} naming every field that is wrong. Axes and values are checked when the sweep is planned.
 */
export function defineBench(input: BenchInput): Bench {
  const result = benchSchema.safeParse(input);
  if (result.success) return result.data;
  const name = typeof input === 'object' && input !== null && 'name' in input ? ` "${input.name}"` : '';
  throw new ScenarioError(`bench${name} is malformed:\n${z.prettifyError(result.error)}`);
}
