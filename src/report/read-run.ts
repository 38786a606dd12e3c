import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { ReportError } from './reporter.ts';
import { RUN_VERSION, runSchema, type RunJson } from './run-schema.ts';

const RUN_FILE = 'run.json';

/** A run that lies on disk. */
export interface StoredRun {
  run: RunJson;
  folder: string;
}

/**
 * Finds a run and reads its `run.json`.
 * @param place the folder of a run, its `run.json`, or an output folder: then its latest run.
 * @throws {ReportError} if there is none, or if nothing here can read it.
 */
export function openRun(place: string): StoredRun {
  const candidates = [place, join(place, RUN_FILE), join(place, 'latest', RUN_FILE)];
  const path = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
  if (path === undefined) {
    const why = existsSync(place) ? `no ${RUN_FILE} in it` : 'no such file or folder';
    throw new ReportError(`${place}: ${why}; give the folder of a run, such as reports/latest`);
  }
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ReportError(`${path}: is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return { run: readRun(json, path), folder: dirname(realpathSync(path)) };
}

/**
 * Takes the content of a `run.json` of this version or an older one.
 * @param path names it in messages.
 * @throws {ReportError} for what is none, or from a later version.
 */
export function readRun(json: unknown, path: string): RunJson {
  const version = (json as { version?: unknown } | null)?.version;
  if (typeof version !== 'number') throw new ReportError(`${path}: is not a run.json of crashboard: no version in it`);
  if (version > RUN_VERSION) {
    const needed = `version ${version} of run.json; this crashboard reads up to ${RUN_VERSION}`;
    throw new ReportError(`${path}: ${needed}. Use a newer crashboard`);
  }
  const result = runSchema.safeParse(version === 1 ? fromVersion1(json as VersionOne) : json);
  if (result.success) return result.data;
  throw new ReportError(`${path}: is not as crashboard writes it:\n${z.prettifyError(result.error)}`);
}

interface VersionOne {
  cells: { strategy?: { name?: string }; hazards?: string[] }[];
}

/** Version 1 had no figures of single trials: there are none then, and no timelines. */
function fromVersion1(json: VersionOne): unknown {
  const cells = Array.isArray(json.cells) ? json.cells : [];
  const upgraded = cells.map((cell) => ({
    ...cell,
    label: [cell.strategy?.name, ...(cell.hazards ?? [])].join(' + '),
    perTrial: [],
  }));
  return { ...json, version: RUN_VERSION, shard: null, cells: upgraded, sections: [] };
}
