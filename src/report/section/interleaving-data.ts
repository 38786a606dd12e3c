import { z } from 'zod';
import { ACTIONS } from '../../explore/move.ts';
import type { Section } from './section.ts';

/** The type of a section that tells of an exploration. */
export const INTERLEAVING = 'interleaving';

const count = z.int().min(0);

const counterexample = z.strictObject({
  failure: z.string(),
  contextSwitches: count,
  replayed: count,
  replays: count,
  /** Whether real processes did the same; `null` if they were not asked. */
  confirmed: z.boolean().nullable(),
  /** What they did instead, or empty. */
  seen: z.string(),
  /** Process of each actor. */
  processes: z.array(count),
  story: z.array(
    z.strictObject({
      actor: count,
      action: z.enum(ACTIONS),
      what: z.string(),
      came: z.string(),
      failed: z.boolean(),
      steps: z.int().min(1),
    }),
  ),
  /** Command line that replays it. */
  replay: z.string(),
});

const cell = z.strictObject({
  strategy: z.string(),
  situation: z.string(),
  expected: z.enum(['safe', 'unsafe']),
  verdict: z.enum(['safe', 'unsafe', 'inconclusive']),
  outcome: z.enum(['held', 'violated', 'open']),
  coverage: z.string(),
  steps: count,
  elapsedMs: z.number().min(0),
  counterexample: counterexample.nullable(),
});

/** What the picture of an exploration needs. */
export const interleavingSchema = z.strictObject({
  /** What came out, sentence by sentence. */
  answer: z.array(z.string()),
  situations: z.array(z.strictObject({ name: z.string(), summary: z.string() })),
  cells: z.array(cell),
});

export type Interleaving = z.output<typeof interleavingSchema>;
/** A strategy in a situation. */
export type InterleavingCell = Interleaving['cells'][number];
/** A failing interleaving. */
export type InterleavingExample = z.output<typeof counterexample>;

/** The exploration that a section tells of; `undefined` if it tells of something else. */
export function interleavingOf({ type, data }: Section): Interleaving | undefined {
  return type === INTERLEAVING ? interleavingSchema.safeParse(data).data : undefined;
}
