import type { Check } from '../check.ts';
import type { CopiedDatabase } from '../copied-database.ts';
import type { Finding } from '../finding.ts';
import { codeOf, messageOf } from '../../strategy/errors.ts';

const EXAMPLES_MAX = 3;

/** SQLite's own two checks, on the files as they were left and once more without the WAL. */
export const integrity: Check = {
  name: 'integrity',
  summary: 'quick_check and integrity_check say ok, before and after the WAL is checkpointed away',
  isEarlySign: false,
  run: ({ asLeft, checkpointed }) => [...examine(asLeft, 'as left'), ...examine(checkpointed, 'checkpointed')],
};

function examine(database: CopiedDatabase, state: string): Finding[] {
  return ['quick_check', 'integrity_check'].flatMap((pragma) => {
    const problems = answersOf(database, pragma);
    if (problems.length === 1 && problems[0] === 'ok') return [];
    const shown = problems.slice(0, EXAMPLES_MAX).join('; ');
    const more = problems.length > EXAMPLES_MAX ? `; and ${problems.length - EXAMPLES_MAX} more` : '';
    const message = `${pragma} on the database ${state}: ${shown}${more}`;
    return { check: 'integrity', severity: 'violation', message, evidence: database.name } satisfies Finding;
  });
}

function answersOf(database: CopiedDatabase, pragma: string): string[] {
  try {
    const rows = database.connection().prepare(`PRAGMA ${pragma}(100)`).all() as Record<string, string>[];
    return rows.flatMap((row) => (row[pragma] ?? '').split('\n')).filter((line) => !line.startsWith('***'));
  } catch (error) {
    return [`${codeOf(error)}: ${messageOf(error)}`];
  }
}
