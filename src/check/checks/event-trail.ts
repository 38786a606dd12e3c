import { digestOf } from '../../board/event-chain.ts';
import type { Check } from '../check.ts';
import type { CopiedDatabase } from '../copied-database.ts';
import type { Finding } from '../finding.ts';
import { Growable } from '../growable.ts';
import { inWords, type Cases } from '../reconcile.ts';
import { trailOf, type TrailEvent } from '../trail.ts';

const EXAMPLES_MAX = 3;
/** No worker gets so far; a damaged page may well say so, and the chain's memory grows with its numbers. */
const NUMBER_MAX = 1 << 28;

/** Statuses that a task can have after its last event that changes it. */
const STATUS_AFTER: Record<string, string[]> = {
  created: ['ready', 'todo'],
  claimed: ['running'],
  completed: ['done'],
  reclaimed: ['ready'],
};
const LAST_CHANGES =
  "SELECT task_id AS task, kind, max(id) AS id FROM task_events WHERE kind <> 'heartbeat' GROUP BY task_id";
const TASK_STATES = `SELECT tasks.id AS task, tasks.status AS status, last.kind AS kind
  FROM tasks LEFT JOIN (${LAST_CHANGES}) AS last ON last.task = tasks.id`;
const RUN_STATES = `SELECT task_runs.id AS run, task_runs.status AS status, tasks.status AS task_status
  FROM task_runs LEFT JOIN tasks ON tasks.current_run_id = task_runs.id
  WHERE (task_runs.status = 'running') <> (tasks.status IS NOT NULL AND tasks.status = 'running')`;

const LOOSE_LINKS = `SELECT task_links.parent_id AS parent, task_links.child_id AS child FROM task_links
  LEFT JOIN tasks AS parents ON parents.id = task_links.parent_id
  LEFT JOIN tasks AS children ON children.id = task_links.child_id
  WHERE parents.id IS NULL OR children.id IS NULL`;
const WAITING_FOR_NOBODY = `SELECT id AS task FROM tasks
  WHERE status = 'todo' AND NOT EXISTS (SELECT 1 FROM task_links WHERE child_id = tasks.id)`;

/** The data speaks for itself: the digest chains hold, and tasks, runs and events tell one story. */
export const eventTrail: Check = {
  name: 'event-trail',
  summary: 'the digest chain of every worker holds; tasks, links, runs and events agree',
  isEarlySign: false,
  run({ asLeft }) {
    return [...chains(asLeft), ...tasks(asLeft), ...runs(asLeft), ...links(asLeft)];
  },
};

interface Chain {
  digests: Growable;
  seen: Growable;
}

function chains(database: CopiedDatabase): Finding[] {
  const perWorker = new Map<string, Chain>();
  const broken: Cases = { count: 0, examples: [] };
  for (const event of trailOf(database)) {
    const problem = link(perWorker, event);
    if (problem !== undefined) add(broken, `event ${event.id}: ${problem}`);
  }
  return finding(broken, 'events break the digest chain of their worker', database);
}

/** Enters an event into its worker's chain. @returns what is wrong with it. */
function link(perWorker: Map<string, Chain>, { task, kind, stamp }: TrailEvent): string | undefined {
  if (!stamp || stamp.number > NUMBER_MAX) return 'its payload is no stamp';
  const { worker, number, after, digest } = stamp;
  let chain = perWorker.get(worker);
  if (!chain) perWorker.set(worker, (chain = { digests: new Growable(), seen: new Growable() }));
  const doubled = chain.seen.get(number) === 1;
  const previousIsMissing = after > 0 && chain.seen.get(after) === 0;
  const expected = digestOf({ worker, number, after }, kind, task, chain.digests.get(after));
  chain.seen.set(number, 1);
  chain.digests.set(number, digest);
  if (doubled) return `number ${number} of ${worker} stands twice`;
  if (previousIsMissing) return `number ${number} of ${worker} follows number ${after}, which is lost`;
  return digest === expected ? undefined : `number ${number} of ${worker} does not have the digest of its contents`;
}

function tasks(database: CopiedDatabase): Finding[] {
  const wrong: Cases = { count: 0, examples: [] };
  for (const row of database.connection().prepare(TASK_STATES).iterate()) {
    const { task, status, kind } = row as { task: string; status: string; kind: string | null };
    // Children become ready in a transaction without an event: 'todo' may have turned into 'ready'.
    // A damaged page can hold kinds that nobody wrote.
    if (kind !== null && STATUS_AFTER[kind]?.includes(status)) continue;
    add(wrong, `task ${task} is ${status}, its last event is ${kind ?? 'missing'}`);
  }
  return finding(wrong, 'tasks are not in the state that their last event left', database);
}

function runs(database: CopiedDatabase): Finding[] {
  const wrong: Cases = { count: 0, examples: [] };
  for (const row of database.connection().prepare(RUN_STATES).iterate()) {
    const { run, status, task_status: taskStatus } = row as Record<string, string | number | null>;
    add(wrong, `run ${run} is ${status}, its task is ${taskStatus ?? 'in another run'}`);
  }
  return finding(wrong, 'runs do not agree with their tasks', database);
}

function links(database: CopiedDatabase): Finding[] {
  const wrong: Cases = { count: 0, examples: [] };
  for (const row of database.connection().prepare(LOOSE_LINKS).iterate()) {
    const { parent, child } = row as Record<string, string>;
    add(wrong, `${parent} → ${child} leads to a task that is not there`);
  }
  for (const row of database.connection().prepare(WAITING_FOR_NOBODY).iterate()) {
    add(wrong, `task ${(row as { task: string }).task} waits for a parent and has no link to one`);
  }
  return finding(wrong, 'links do not agree with the tasks', database);
}

function add(cases: Cases, example: string): void {
  cases.count++;
  if (cases.examples.length < EXAMPLES_MAX) cases.examples.push(example);
}

function finding(cases: Cases, message: string, { name }: CopiedDatabase): Finding[] {
  if (cases.count === 0) return [];
  const text = `${cases.count} ${message}: ${inWords(cases)}`;
  return [{ check: 'event-trail', severity: 'violation', message: text, evidence: name }];
}
