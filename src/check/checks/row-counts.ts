import type { Check } from '../check.ts';
import type { CopiedDatabase } from '../copied-database.ts';
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';

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
    'tasks = created events, runs = claimed events, no request stands twice, and the number that the scenario expects',
  isEarlySign: false,
  run(evidence) {
    const { asLeft, facts } = evidence;
    const tasks = count(asLeft, TASKS);
    const created = count(asLeft, EVENTS, 'created');
    const runs = count(asLeft, RUNS);
    const claimed = count(asLeft, EVENTS, 'claimed');
    const messages: string[] = [];
    if (tasks !== created) messages.push(`${tasks} tasks, but ${created} events say that one was created`);
    if (runs !== claimed) messages.push(`${runs} runs, but ${claimed} events say that a task was claimed`);
    const { expectedTasks } = facts.cell.board;
    // Workers that were told to stop early have not made all their tasks.
    if (expectedTasks !== undefined && tasks !== expectedTasks && !facts.interrupted) {
      messages.push(`${tasks} tasks, the scenario expects ${expectedTasks}`);
    }
    const findings = messages.map((message) => finding(message, evidence));
    return [...findings, ...duplicates(evidence)];
  },
};

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
