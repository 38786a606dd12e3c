import type { Check } from '../check.ts';
import type { CopiedDatabase } from '../copied-database.ts';
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';
import { requestsWanted, unservedIn } from '../requests.ts';

const TASKS = 'SELECT count(*) AS n FROM tasks NOT INDEXED';
const RUNS = 'SELECT count(*) AS n FROM task_runs NOT INDEXED';
const EVENTS = 'SELECT count(*) AS n FROM task_events NOT INDEXED WHERE kind = ?';
const TWICE =
  'SELECT count(*) AS n, coalesce(min(title), ?) AS example FROM ' +
  '(SELECT title FROM tasks GROUP BY title HAVING count(*) > 1)';

/** Each table has as many rows as the others say it must. */
export const rowCounts: Check = {
  name: 'row-counts',
  summary:
    'tasks = created events, runs = claimed events, no request stands twice, and every request that was served stands once',
  isEarlySign: false,
  run(evidence) {
    const { asLeft } = evidence;
    const tasks = count(asLeft, TASKS);
    const created = count(asLeft, EVENTS, 'created');
    const runs = count(asLeft, RUNS);
    const claimed = count(asLeft, EVENTS, 'claimed');
    const messages: string[] = [];
    if (tasks !== created) messages.push(`${tasks} tasks, but ${created} events say that one was created`);
    if (runs !== claimed) messages.push(`${runs} runs, but ${claimed} events say that a task was claimed`);
    const expected = expectedTasks(evidence);
    if (expected !== undefined && tasks !== expected) {
      messages.push(`${tasks} tasks, but every request was served, which makes ${expected}`);
    }
    const findings = messages.map((message) => finding(message, evidence));
    return [...findings, ...duplicates(evidence)];
  },
};

/** Where workers do nothing but create, a stated number of times each, and came to the end of it, the sum is known. */
function expectedTasks(evidence: Evidence): number | undefined {
  const { board, workload } = evidence.facts.cell;
  const requests = requestsWanted(evidence);
  const { create: _, ...others } = workload.mix;
  const hasOutcomes = evidence.ledger.counts.create.indeterminate === 0;
  const isKnown = hasOutcomes && workload.retry === 'none' && Object.values(others).every((weight) => weight === 0);
  if (requests === undefined || !isKnown || unservedIn(evidence) > 0) return undefined;
  return (board.start === 'fresh' ? 0 : board.tasks) + requests;
}

function duplicates(evidence: Evidence): Finding[] {
  const row = evidence.asLeft.connection().prepare(TWICE).get('') as { n: number; example: string };
  if (row.n === 0) return [];
  const message = `${row.n} requests stand on the board more than once, "${row.example}" for one`;
  const mechanism =
    'non-idempotent retry: the caller was told of an error for a commit that was durable, and tried again';
  return [{ ...finding(message, evidence), mechanism }];
}

function finding(message: string, { asLeft }: Evidence): Finding {
  return { check: 'row-counts', severity: 'violation', message, evidence: asLeft.name };
}

function count(database: CopiedDatabase, sql: string, ...parameters: string[]): number {
  return (
    database
      .connection()
      .prepare(sql)
      .get(...parameters) as { n: number }
  ).n;
}
