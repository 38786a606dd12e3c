import type { BenchJson } from '../sweep/json/bench-schema.ts';
import { RUN_VERSION, type RunJson } from './run-schema.ts';
import type { Section } from './section/section.ts';

/** A bench as the reporters know it: a run without cells of storms, all of it in sections. */
export function benchRun(json: BenchJson, sections: readonly Section[]): RunJson {
  const { crashboard, startedAt, durationMs, interrupted, exitCode, seed, plan } = json;
  const { load: _, ...environment } = json.environment;
  return {
    $schema: 'crashboard/run.schema.json',
    version: RUN_VERSION,
    crashboard,
    startedAt,
    durationMs,
    interrupted,
    failure: null,
    exitCode,
    seed,
    planDigest: plan.digest,
    shard: null,
    cellsPlanned: 0,
    scenarios: [],
    environment,
    cells: [],
    sections: [...sections],
  };
}
