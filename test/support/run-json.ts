import { runSchema, type CellJson, type FindingJson, type RunJson } from '../../src/report/run-schema.ts';

const LATENCY = { count: 100, p50: 1, p90: 2, p99: 3, p999: 4, max: 5 };
const NONE = { ok: 0, fail: 0, indeterminate: 0 };

/** The figures of a trial that passed. */
export function figures(
  trial: number,
  wishes: Partial<CellJson['perTrial'][number]> = {},
): CellJson['perTrial'][number] {
  return {
    trial,
    seed: `s/${trial}`,
    failed: false,
    durationMs: 1000,
    acknowledged: 500,
    lost: 0,
    kills: 5,
    killsInTransaction: 4,
    pauses: 0,
    throughputPerSecond: 500,
    p99Ms: 3,
    ...wishes,
  };
}

/** A cell that is safe, as expected, unless told otherwise. */
export function aCell(id: string, wishes: Partial<CellJson> = {}): CellJson {
  return {
    id,
    scenario: 'storm',
    control: false,
    label: id,
    strategy: { name: id, summary: 'a strategy', source: 'the test', axes: { transaction: 'immediate' } },
    engine: { name: 'bundled', sqliteVersion: '3.54.1' },
    hazards: [],
    faults: ['kill aimed at write-lock, 9/s'],
    processes: 4,
    threads: 1,
    expected: 'safe',
    verdict: 'safe',
    outcome: 'held',
    trials: 2,
    perTrial: [figures(1), figures(2)],
    failures: 0,
    failureRate: { low: 0, high: 0.84 },
    perKillHigh: 0.3,
    findings: [],
    inconclusiveBecause: [],
    operations: {
      open: NONE,
      create: NONE,
      claim: NONE,
      heartbeat: NONE,
      complete: NONE,
      reclaim: NONE,
      acknowledged: 1000,
      lost: 0,
      inFlightCommitted: 0,
      inFlightAbsent: 0,
    },
    kills: { total: 10, inTransaction: 8, inFlight: 9 },
    pauses: 0,
    claimsLost: 3,
    errors: {},
    throughputPerSecond: 500,
    latencyMs: { all: LATENCY },
    replacementMsMedian: 40,
    replay: `crashboard run storm --cell ${id} --seed s`,
    ...wishes,
  };
}

/** A violation of the check `locks`. */
export function aFinding(message: string, wishes: Partial<FindingJson> = {}): FindingJson {
  return { check: 'locks', severity: 'violation', message, mechanism: 'lock cancellation', trial: 1, ...wishes };
}

/** A cell that is unsafe against expectation. */
export function aViolatedCell(id: string, ...messages: string[]): CellJson {
  return aCell(id, {
    verdict: 'unsafe',
    outcome: 'violated',
    failures: 1,
    failureRate: { low: 0.01, high: 0.99 },
    findings: messages.map((message) => aFinding(message)),
    perTrial: [figures(1, { failed: true, lost: 2 }), figures(2)],
  });
}

/** A run of these cells, as `run.json` has it. */
export function aRun(cells: CellJson[], wishes: Partial<RunJson> = {}): RunJson {
  const names = [...new Set(cells.map(({ scenario }) => scenario))];
  return runSchema.parse({
    $schema: 'crashboard/run.schema.json',
    version: 2,
    crashboard: '0.1.0',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 4000,
    interrupted: false,
    failure: null,
    exitCode: 0,
    seed: 's',
    planDigest: '0123456789ab',
    shard: null,
    cellsPlanned: cells.length,
    scenarios: names.map((name) => ({ name, question: `Does ${name} hold?` })),
    environment: {
      node: 'v24.0.0',
      sqlite: '3.54.1',
      platform: 'linux x64',
      kernel: '6.1',
      cpu: 'a cpu',
      cores: 2,
      memoryMiB: 1024,
      fileSystem: 'ext4',
    },
    cells,
    sections: [],
    ...wishes,
  } satisfies RunJson);
}
