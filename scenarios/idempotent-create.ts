import { create, defineExploration, type ActorSession, type Outcome, type Steps } from 'crashboard';

const newTask = (id: string, idempotencyKey: string | null) => ({
  id,
  title: 'the report of today',
  body: '',
  priority: 0,
  parent: null,
  idempotencyKey,
});

const creates = (id: string) =>
  function* (session: ActorSession): Steps<string> {
    yield* session.open();
    return (yield* create(session, newTask(id, 'report-of-today'))).task;
  };

/** Is told of a failure, and tries again with a new id. */
const retries = (key: string | null) =>
  function* (session: ActorSession): Steps<string> {
    yield* session.open();
    try {
      return (yield* create(session, newTask('first', key))).task;
    } catch {
      return (yield* create(session, newTask('second', key))).task;
    }
  };

function check({ query }: Outcome): string | undefined {
  const count = query("SELECT count(*) AS tasks FROM tasks WHERE title = 'the report of today'")[0]?.['tasks'];
  return Number(count) > 1 ? `created twice: ${String(count)} tasks for one request` : undefined;
}

const alone = { board: { start: 'current' }, processes: [0], check } as const;
/** After the commit, the check of the strategy says that it failed. */
const falseAlarm = [{ actor: 0, step: 'PRAGMA page_count', code: 'SQLITE_IOERR', times: 1 }];

export default defineExploration({
  name: 'idempotent-create',
  question: 'One request, two tasks: when does an idempotency key fail to prevent it?',
  strategies: ['immediate', 'init-flock', 'write-flock', 'pragma-stat'],
  situations: [
    {
      name: 'same-key',
      summary: 'two workers create with one key, which is looked up before the transaction',
      board: { start: 'current' },
      programs: [creates('a'), creates('b')],
      processes: [0, 1],
      axes: { firstOpen: 'immediate' },
      check,
    },
    {
      ...alone,
      name: 'retry-without-key',
      summary: 'a check after the commit fails, and the caller tries again',
      programs: [retries(null)],
      faults: falseAlarm,
    },
    {
      ...alone,
      name: 'retry-with-key',
      summary: 'the same with an idempotency key',
      programs: [retries('report-of-today')],
      faults: falseAlarm,
    },
  ],
  expect: {
    // A lock around the write does not cover the look-up before it either.
    default: { default: 'safe', 'same-key': 'unsafe' },
    'pragma-stat': { default: 'unsafe', 'retry-with-key': 'safe' },
  },
  bound: 2,
});
