import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { step, type Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { StrategyError } from '../errors.ts';
import type { PolicyContext } from './context.ts';
import { journalModeOf } from './pragmas.ts';

/** Where the file format keeps the size of the database in pages (SQLite file format, section 1.3). */
const PAGE_COUNT_OFFSET = 28;
const PAGE_BYTES = 4096;

const POLICIES: Record<StrategyAxes['afterCommit'], (context: PolicyContext) => Steps<void> | undefined> = {
  none: () => undefined,
  'raw-length': rawLength,
  'wal-skip': (context) => (journalModeOf(context.axes) === 'wal' ? undefined : rawLength(context)),
  'pragma-stat': pragmaStat,
};

/**
 * Looks at the database after a commit, as the strategy chose; `undefined` if it does not look.
 * @throws {StrategyError} `LENGTH_CHECK`, after a durable commit.
 */
export function afterCommit(context: PolicyContext): Steps<void> | undefined {
  return POLICIES[context.axes.afterCommit](context);
}

/**
 * The check of #33482: opens the live file by hand, reads its header, closes it. The close cancels every POSIX lock that
 * this process holds on the database (SQLite "How To Corrupt", section 2.2).
 */
function* rawLength(context: PolicyContext): Steps<void> {
  yield step('file', 'open, read 4 bytes at 28, close the database file', () => {
    const { size } = statSync(context.databasePath);
    const pages = Buffer.alloc(4);
    const descriptor = openSync(context.databasePath, 'r');
    readSync(descriptor, pages, 0, pages.length, PAGE_COUNT_OFFSET);
    closeSync(descriptor);
    assertLength(size, pages.readUInt32BE());
  });
}

/**
 * The check of #71724: SQLite says how many pages there are, stat(2) how much room the files have. No descriptor is opened.
 * In WAL mode the newest pages may still be in the WAL, so its length counts as room too.
 */
function* pragmaStat(context: PolicyContext): Steps<void> {
  const { page_count: pages } = (yield context.get('PRAGMA page_count')) as { page_count: number };
  yield step('file', 'stat the database file and its WAL', () => {
    const wal = statSync(`${context.databasePath}-wal`, { throwIfNoEntry: false });
    assertLength(statSync(context.databasePath).size + (wal?.size ?? 0), pages);
  });
}

function assertLength(bytes: number, pages: number): void {
  if (bytes < pages * PAGE_BYTES) {
    const message = `database file is ${bytes} bytes, its header says ${pages} pages of ${PAGE_BYTES}: torn extend`;
    throw new StrategyError('LENGTH_CHECK', message);
  }
}
