import { loadavg } from 'node:os';
import { z } from 'zod';
import { machineAt, machineSchema } from '../kernel/machine.ts';

/** Where something was measured. */
export const benchEnvironmentSchema = machineSchema.extend({
  /** Load average of the last minute when the sweep was over: its own work, and that of others. */
  load: z.number().min(0),
});

export type BenchEnvironment = z.output<typeof benchEnvironmentSchema>;

/** This machine. @param path on the disk that is measured. */
export function environmentOf(path: string, sqliteVersion: string): BenchEnvironment {
  return { ...machineAt(path, sqliteVersion), load: Math.round((loadavg()[0] ?? 0) * 100) / 100 };
}
