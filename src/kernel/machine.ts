import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { z } from 'zod';
import { fileSystemOf } from './file-system.ts';

const count = z.int().min(0);

/** Where something was run or measured. */
export const machineSchema = z.strictObject({
  node: z.string(),
  sqlite: z.string(),
  platform: z.string(),
  kernel: z.string(),
  cpu: z.string(),
  cores: count,
  memoryMiB: count,
  fileSystem: z.string(),
});

export type Machine = z.output<typeof machineSchema>;

/** This machine. @param path on the disk that matters. */
export function machineAt(path: string, sqliteVersion: string): Machine {
  return {
    node: process.version,
    sqlite: sqliteVersion,
    platform: `${platform()} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    fileSystem: fileSystemOf(path),
  };
}
