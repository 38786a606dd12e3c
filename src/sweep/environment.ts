import { loadavg } from 'node:os';
import { machineAt, type Machine } from '../kernel/machine.ts';

/** Where something was measured. */
export interface BenchEnvironment extends Machine {
  /** Load average of the last minute when the sweep was over: its own work, and that of others. */
  load: number;
}

/** This machine. @param path on the disk that is measured. */
export function environmentOf(path: string, sqliteVersion: string): BenchEnvironment {
  return { ...machineAt(path, sqliteVersion), load: Math.round((loadavg()[0] ?? 0) * 100) / 100 };
}
