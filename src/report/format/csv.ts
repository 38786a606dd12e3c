import type { Reporter } from '../reporter.ts';
import type { CellJson, RunJson } from '../run-schema.ts';
import type { BenchData } from '../section/bench-data.ts';

type Value = string | number | null;

/** A column of the table: its name, and how to fill it. */
const COLUMNS: Record<string, (cell: CellJson, run: RunJson) => Value> = {
  crashboard_seed: (_cell, { seed }) => seed,
  plan: (_cell, { planDigest }) => planDigest,
  scenario: ({ scenario }) => scenario,
  cell: ({ id }) => id,
  label: ({ label }) => label,
  sqlite: ({ engine }) => engine.sqliteVersion,
  processes: ({ processes }) => processes,
  threads: ({ threads }) => threads,
  verdict: ({ verdict }) => verdict,
  outcome: ({ outcome }) => outcome,
  trials: ({ trials }) => trials,
  failures: ({ failures }) => failures,
  failure_rate_low: ({ failureRate }) => failureRate.low,
  failure_rate_high: ({ failureRate }) => failureRate.high,
  kills: ({ kills }) => kills.total,
  kills_in_transaction: ({ kills }) => kills.inTransaction,
  pauses: ({ pauses }) => pauses,
  acknowledged: ({ operations }) => operations.acknowledged,
  lost: ({ operations }) => operations.lost,
  throughput_per_second: ({ throughputPerSecond }) => throughputPerSecond,
  p50_ms: ({ latencyMs }) => latencyMs.all?.p50 ?? null,
  p99_ms: ({ latencyMs }) => latencyMs.all?.p99 ?? null,
  max_ms: ({ latencyMs }) => latencyMs.all?.max ?? null,
};

/** One line a cell, of a bench a cell and metric; after RFC 4180: for spreadsheets and plots. */
export const csv: Reporter = {
  name: 'csv',
  summary: 'one line a cell, of a bench a cell and metric, for spreadsheets and plots',
  file: 'cells.csv',
  render({ run }) {
    const rows = benchRows(run) ?? [
      Object.keys(COLUMNS),
      ...run.cells.map((cell) => Object.values(COLUMNS).map((of) => of(cell, run))),
    ];
    return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
  },
};

/** The table of a bench, if this is one. */
function benchRows({ seed, planDigest, sections, cells }: RunJson): Value[][] | undefined {
  const section = sections.find(({ type }) => type === 'measurements');
  if (!section || cells.length > 0) return undefined;
  const { axes, cells: measured } = section.data as unknown as BenchData['measurements'];
  const head = ['crashboard_seed', 'plan', 'bench', 'cell', ...axes, 'repetitions'];
  const rows = measured.flatMap(({ id, values, repetitions, metrics }) =>
    Object.entries(metrics).map(([metric, { value, low, high }]) => [
      seed,
      planDigest,
      section.scenario,
      id,
      ...values,
      repetitions,
      metric,
      value,
      low,
      high,
    ]),
  );
  return [[...head, 'metric', 'median', 'low', 'high'], ...rows];
}

function field(value: Value): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
