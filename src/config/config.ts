import { z } from 'zod';
import type { Reporter } from '../report/reporter.ts';

/** A config that cannot be used as it stands. The message names the place and the remedy. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const count = (least: number, most: number) => z.int().min(least).max(most);
const names = z.array(z.string().min(1)).min(1);

const isReporter = (value: unknown): value is Reporter | (new () => Reporter) =>
  typeof value === 'function' || typeof (value as Partial<Reporter> | null)?.render === 'function';

/** Everything that `crashboard.config.ts` can say. The command line and the environment come before it. */
export const configSchema = z.strictObject({
  /** Scenarios of `crashboard run` without any: names of shipped ones, or paths from the config's folder. */
  scenarios: names.optional(),
  /** Only these strategies; controls run all the same. */
  strategies: names.optional(),
  /** Worker processes. */
  processes: count(1, 256).optional(),
  /** Threads in each worker process. */
  threads: count(1, 64).optional(),
  /** How long the workers work in one trial. */
  durationMs: z
    .number()
    .min(10)
    .max(24 * 3_600_000)
    .optional(),
  /** Trials of each cell. */
  trials: count(1, 100_000).optional(),
  /** Seed of every choice; left out, each run has a new one. */
  seed: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'expected 1 to 64 letters, digits, dots, hyphens or underscores')
    .optional(),
  /** Where results go, from the config's folder. */
  output: z.string().min(1).optional(),
  /** Stop after the first cell that violates its expectation. */
  bail: z.boolean().optional(),
  /** Keep the files of all trials. */
  keep: z.boolean().optional(),
  /** Names of reporters, paths of your own, or the reporters themselves. */
  reporters: z
    .array(
      z.union([z.string().min(1), z.custom<Reporter | (new () => Reporter)>(isReporter)], {
        error: 'expected the name of a reporter, the path of your own, or an object or class with a render method',
      }),
    )
    .min(1)
    .optional(),
  /** Where the text of a reporter goes, by its name, from the config's folder. */
  outputFiles: z.record(z.string(), z.string().min(1)).optional(),
});

/** A config as its author writes it. */
export type Config = z.input<typeof configSchema>;

/**
 * Checks a config. A config file exports the result as its default.
 * @throws {ConfigError} naming every field that is wrong or unknown.
 */
export function defineConfig(config: Config): Config {
  const result = configSchema.safeParse(config);
  if (!result.success) throw new ConfigError(`the config is malformed:\n${z.prettifyError(result.error)}`);
  return result.data;
}
