import { LATE_INDEXES, OPTIONAL_COLUMNS } from '../../board/optional-columns.ts';
import { INDEXES } from '../../board/schema.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';
import type { CopiedDatabase } from '../copied-database.ts';
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';

const INDEX_NAME = /EXISTS (\w+)/;

/** The migration has happened, completely and once. */
export const schema: Check = {
  name: 'schema',
  summary: 'every optional column and every index is there once, and no open failed with "duplicate column name"',
  isEarlySign: false,
  run(evidence) {
    // Workers that were told to stop early may not have come to the migration, or through it.
    const absent = evidence.facts.interrupted ? [] : missing(evidence.asLeft);
    return [...absent, ...duplicateAlters(evidence)];
  },
};

function missing(database: CopiedDatabase): Finding[] {
  const columns = new Set(['tasks', 'task_events'].flatMap((table) => columnsOf(database, table)));
  const absent = OPTIONAL_COLUMNS.map(({ table, column }) => `${table}.${column}`).filter((name) => !columns.has(name));
  const indexes = new Set(
    (
      database.connection().prepare("SELECT name FROM sqlite_schema WHERE type = 'index'").all() as { name: string }[]
    ).map(({ name }) => name),
  );
  const wanted = [...INDEXES, ...LATE_INDEXES].map((sql) => INDEX_NAME.exec(sql)?.[1] ?? sql);
  absent.push(...wanted.filter((name) => !indexes.has(name)));
  if (absent.length === 0) return [];
  const message = `the schema is not complete: ${absent.join(', ')} missing`;
  return [{ check: 'schema', severity: 'violation', message, evidence: database.name }];
}

function columnsOf(database: CopiedDatabase, table: string): string[] {
  const rows = database.connection().prepare(`PRAGMA table_info(${table})`).all() as { name: string }[];
  return rows.map(({ name }) => `${table}.${name}`);
}

function duplicateAlters({ ledger }: Evidence): Finding[] {
  const duplicates = [...ledger.openFailures].filter(([message]) => message.includes('duplicate column name'));
  const [first] = duplicates;
  if (!first) return [];
  const [text, { worker }] = first;
  const total = duplicates.reduce((sum, [, { count }]) => sum + count, 0);
  const message = `${total} opens failed with "${text}", the first in worker ${worker}`;
  const mechanism = 'migration race: two connections read table_info before either of them altered the table';
  return [
    {
      check: 'schema',
      severity: 'violation',
      message,
      mechanism,
      evidence: `${TRIAL_FILES.histories}/${worker}.history`,
    },
  ];
}
