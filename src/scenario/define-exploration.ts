import { z } from 'zod';
import { ScenarioError } from './define.ts';
import type { Exploration } from './exploration.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'expected lower-case letters, digits and hyphens');
const indexes = z.array(z.int().min(0));
const run = z.custom<(...parameters: never[]) => unknown>(
  (value) => typeof value === 'function',
  'expected a function',
);
const expectation = z.enum(['safe', 'unsafe', 'skip']);

const situationSchema = z
  .strictObject({
    name,
    summary: z.string().min(1),
    board: z.strictObject({
      start: z.enum(['absent', 'old', 'current']),
      lacks: z.array(z.string()).optional(),
      journalMode: z.enum(['wal', 'delete']).optional(),
      sql: z.array(z.string()).optional(),
    }),
    programs: z.array(run).min(1).max(8),
    processes: indexes,
    axes: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    mayCrash: indexes.optional(),
    mayStop: indexes.optional(),
    faults: z
      .array(
        z.strictObject({ actor: z.int().min(0), step: z.string(), code: z.string(), times: z.int().min(1).optional() }),
      )
      .optional(),
    stopLasts: z.enum(['until-others-wait', 'for-good']).optional(),
    claimTtlMs: z.int().min(1).optional(),
    bound: z.int().min(0).max(20).optional(),
    check: run,
  })
  .refine(({ programs, processes }) => programs.length === processes.length, {
    path: ['processes'],
    message: 'expected one process number per program',
  })
  .refine(
    ({ programs, mayCrash = [], mayStop = [], faults = [] }) =>
      [...mayCrash, ...mayStop, ...faults.map(({ actor }) => actor)].every((actor) => actor < programs.length),
    { message: 'an actor in mayCrash, mayStop or faults has no program' },
  );

const explorationSchema = z.strictObject({
  kind: z.literal('exploration').default('exploration'),
  name,
  question: z.string().min(1),
  strategies: z
    .array(
      z.union([
        z.string(),
        z.strictObject({
          name,
          extends: z.string().optional(),
          axes: z.record(z.string(), z.union([z.string(), z.number()])),
        }),
      ]),
    )
    .min(1),
  situations: z.array(situationSchema).min(1),
  expect: z.record(z.string(), z.union([expectation, z.record(z.string(), expectation)])),
  bound: z.int().min(0).max(20).default(2),
});

/** An exploration as it is written: what has a default may be left out. */
export type ExplorationInput = Omit<Exploration, 'kind' | 'bound'> & Partial<Pick<Exploration, 'kind' | 'bound'>>;

/**
 * Declares a race to be explored; the default export of a file in `scenarios/`.
 * @throws {ScenarioError} that names the field and says what would be right.
 */
export function defineExploration(input: ExplorationInput): Exploration {
  const parsed = explorationSchema.safeParse(input);
  if (parsed.success) return parsed.data as unknown as Exploration;
  const [issue] = parsed.error.issues;
  throw new ScenarioError(`${issue?.path.join('.') || 'exploration'}: ${issue?.message ?? 'malformed'}`);
}

/** Whether the default export of a scenario file is an exploration. */
export function isExploration(value: object): value is ExplorationInput {
  return 'situations' in value;
}
