import { fileURLToPath } from 'node:url';
import { BOARD_OPERATIONS } from '../history/record.ts';
import type { TrialReport } from '../check/trial-report.ts';
import { sourceUrl } from '../kernel/source-url.ts';
import { runChild } from '../trial/run-child.ts';
import { cellOf } from './assignment.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { makeTrial } from './checking/trial-maker.ts';
import { inTurns } from './in-turns.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const ENTRY = fileURLToPath(sourceUrl('./checking/main', import.meta.url));
const SIZES = ['10^4', '10^5', '10^6'] as const;
const OPERATIONS = { '10^4': 1e4, '10^5': 1e5, '10^6': 1e6 };
const ROUNDS = 3;

/** One run of the checking process. */
interface Checked {
  elapsedMs: number;
  peakMiB: number;
}

/**
 * How the checking process grows with the history: the whole process, from its start to its report, on trials that went
 * well. Twice the operations should take twice the time; memory should grow by a few bytes an operation.
 */
export const checking: Benchmark = {
  name: 'checking',
  summary: 'time and peak memory of checking histories of 10^4, 10^5 and 10^6 operations',
  async run(stage) {
    const peaks: Record<string, number[]> = {};
    const side = async (size: (typeof SIZES)[number]) => {
      const directory = await layTrial(size, stage);
      return async () => {
        const { elapsedMs, peakMiB } = await check(directory, OPERATIONS[size], stage);
        (peaks[size] ??= []).push(peakMiB);
        return { overriddenDuration: elapsedMs };
      };
    };
    const sides = { '10^4': await side('10^4'), '10^5': await side('10^5'), '10^6': await side('10^6') };
    return measuresOf(await inTurns(sides, { rounds: ROUNDS, turnMs: 0 }), peaks);
  },
};

async function layTrial(size: (typeof SIZES)[number], stage: Stage): Promise<string> {
  const cell = cellOf({ connection: 'process' }, { board: { tasks: 0 } });
  const directory = stage.folder(`trial-of-${OPERATIONS[size]}`);
  await makeTrial(directory, cell, OPERATIONS[size]);
  return directory;
}

async function check(directory: string, operations: number, stage: Stage): Promise<Checked> {
  const startMs = performance.now();
  const { exitCode, signal, stdout, stderr } = await runChild(ENTRY, directory, stage.context);
  const elapsedMs = performance.now() - startMs;
  if (exitCode !== 0) throw new Error(`checking ended with ${signal ?? `exit code ${exitCode}`}\n${stderr}`);
  const report = JSON.parse(stdout) as TrialReport;
  if (report.findings.length > 0) throw new Error(`checking a sound trial found ${JSON.stringify(report.findings)}`);
  const counted = BOARD_OPERATIONS.reduce(
    (sum, kind) => sum + report.operations[kind].ok + report.operations[kind].fail,
    0,
  );
  if (counted !== operations) throw new Error(`checking saw ${counted} of ${operations} operations`);
  return { elapsedMs, peakMiB: Number(stderr) / 1024 };
}

function measuresOf(ms: Record<(typeof SIZES)[number], number[]>, peaks: Record<string, number[]>): Measure[] {
  const measures: Measure[] = [];
  const perOperation = (size: (typeof SIZES)[number]): number[] => ms[size].map((value) => value / OPERATIONS[size]);
  for (const size of SIZES) {
    measures.push(
      { name: `${size} operations: time`, unit: 's', samples: ms[size].map((value) => value / 1000) },
      {
        name: `${size} operations: speed`,
        unit: 'operations/s',
        samples: perOperation(size).map((value) => 1000 / value),
      },
      { name: `${size} operations: peak memory`, unit: 'MiB', samples: peaks[size] ?? [] },
    );
  }
  for (const [less, more] of [
    ['10^4', '10^5'],
    ['10^5', '10^6'],
  ] as const) {
    measures.push({
      name: `time per operation, ${more} ÷ ${less}`,
      unit: 'ratio',
      target: '≈ 1',
      samples: ratios(perOperation(more), perOperation(less)),
    });
  }
  return measures;
}
