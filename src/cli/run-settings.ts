import type { Command } from 'commander';
import type { LoadedConfig } from '../config/load.ts';
import { type ReportFlags, reportFlags } from './reporting.ts';

/** Options of `run` that a config can give as well, by the config's names for them. */
const KEYS = {
  strategies: 'strategy',
  processes: 'processes',
  threads: 'threads',
  durationMs: 'duration',
  trials: 'trials',
  seed: 'seed',
  output: 'output',
  bail: 'bail',
  keep: 'keep',
} as const satisfies Partial<Record<keyof LoadedConfig, string>>;

/**
 * The options of a run with what the config says where neither the command line nor the environment does: the command
 * line comes first, then the environment, the config, and the default.
 */
export function withConfig<T extends object>(command: Command, flags: T, config: LoadedConfig): T & ReportFlags {
  const settings = { ...flags } as Record<string, unknown>;
  for (const [key, option] of Object.entries(KEYS)) {
    const value = config[key as keyof typeof KEYS];
    const source = command.getOptionValueSource(option);
    if (value !== undefined && (source === undefined || source === 'default')) settings[option] = value;
  }
  const { reporter, outputFile } = reportFlags(flags);
  const reporters = reporter ?? config.reporters;
  return {
    ...(settings as unknown as T),
    ...(reporters && { reporter: reporters }),
    outputFile: { ...(reporter ? {} : config.outputFiles), ...outputFile },
  };
}
