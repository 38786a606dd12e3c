import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Cell, Plan } from '../scenario/plan.ts';
import type { JudgedTrial } from '../verdict/cell-result.ts';
import { readRun } from './read-run.ts';
import { ReportError } from './reporter.ts';
import type { RunJson } from './run-schema.ts';

const BLOB_VERSION = 1;
const BLOB_FILE = 'blob.json';

/** What a run, or a shard of one, leaves for others to judge again. */
export interface Blob {
  crashboardBlob: typeof BLOB_VERSION;
  run: RunJson;
  /** Of the whole plan, cells in order; what each trial is to do is left out. */
  plan: { seed: string; digest: string; cells: (Omit<Cell, 'trials'> & { trials: number })[] };
  judged: JudgedTrial[];
  /** The timelines by their paths in `run`. */
  timelines: Record<string, unknown>;
}

/** Gathers a blob. @param raw what the run knows; its plan is the whole one, also in a shard. */
export function blobOf(
  { plan, judged }: { plan: Plan; judged: readonly JudgedTrial[] },
  run: RunJson,
  folder: string,
): Blob {
  const timelines: Record<string, unknown> = {};
  for (const { timeline } of run.cells.flatMap(({ perTrial }) => perTrial)) {
    if (timeline !== undefined) timelines[timeline] = JSON.parse(readFileSync(join(folder, timeline), 'utf8'));
  }
  const cells = plan.cells.map((cell) => ({ ...cell, trials: cell.trials.length }));
  return {
    crashboardBlob: BLOB_VERSION,
    run,
    plan: { seed: plan.seed, digest: plan.digest, cells },
    judged: [...judged],
    timelines,
  };
}

/** A blob, and the folder that it was found in, where evidence may lie. */
export interface FoundBlob extends Blob {
  path: string;
  folder: string;
}

/**
 * Reads a blob.
 * @param place the folder of a run, an output folder (its latest run), or the file itself.
 * @throws {ReportError} if there is none, or if it is from another version.
 */
export function readBlob(place: string): FoundBlob {
  const candidates = [place, join(place, BLOB_FILE), join(place, 'latest', BLOB_FILE)];
  const path = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (path === undefined) {
    const why = existsSync(place) ? `no ${BLOB_FILE} in it` : 'no such file or folder';
    throw new ReportError(`${place}: ${why}; give the folders of runs that were made with --shard or --reporter blob`);
  }
  const blob = parse(path);
  if (blob.crashboardBlob !== BLOB_VERSION || !Array.isArray(blob.judged)) {
    throw new ReportError(`${path}: is not a blob of this version of crashboard; merge with the version that wrote it`);
  }
  return { ...blob, run: readRun(blob.run, path), path, folder: dirname(path) };
}

function parse(path: string): Blob {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Blob;
  } catch (error) {
    throw new ReportError(`${basename(path)} in ${dirname(path)} is not JSON: ${String(error)}`);
  }
}
