import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sourceUrl } from '../kernel/source-url.ts';
import type { TrialReport } from './trial-report.ts';

const ENTRY = fileURLToPath(sourceUrl('./main', import.meta.url));

/** The checking process ended without a report. */
export class InspectionFailed extends Error {
  override readonly name = 'InspectionFailed';
}

/**
 * Checks one trial in a fresh process.
 * @param directory the trial's folder; nobody may have its database open.
 * @param compileCache folder for compiled code.
 * @throws {InspectionFailed} if the process dies or reports nothing: then nothing is known of the board.
 */
export async function inspect(directory: string, compileCache: string): Promise<TrialReport> {
  const { stdout, stderr, signal, exitCode } = await execa(process.execPath, [ENTRY, directory], {
    reject: false,
    stdin: 'ignore',
    env: { NODE_COMPILE_CACHE: compileCache, NODE_NO_WARNINGS: '1' },
  });
  if (exitCode === 0) return JSON.parse(stdout) as TrialReport;
  throw new InspectionFailed(`checking ${directory} ended with ${signal ?? `exit code ${exitCode}`}\n${stderr}`);
}
