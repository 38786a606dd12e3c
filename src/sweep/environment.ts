import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { fileSystemOf } from '../kernel/file-system.ts';

/** Where something was measured. */
export interface BenchEnvironment {
  node: string;
  sqlite: string;
  platform: string;
  kernel: string;
  cpu: string;
  cores: number;
  memoryMiB: number;
  fileSystem: string;
  /** Load average of the last minute when the sweep was over: its own work, and that of others. */
  load: number;
}

/** This machine. @param path on the disk that is measured. */
export function environmentOf(path: string, sqliteVersion: string): BenchEnvironment {
  return {
    node: process.version,
    sqlite: sqliteVersion,
    platform: `${platform()} ${process.arch}`,
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    fileSystem: fileSystemOf(path),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
