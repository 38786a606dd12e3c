import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { journalModeOf } from '../../strategy/policy/pragmas.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';

/** "File format write version": 1 for a rollback journal, 2 for WAL (SQLite file format, section 1.3.3). */
const WRITE_VERSION_OFFSET = 18;
const HEADER_BYTES = 100;
const MODES: Record<number, string> = { 1: 'delete', 2: 'wal' };

/** The file is in the journal mode that the strategy runs in, and carries no file of the other. */
export const journalMode: Check = {
  name: 'journal-mode',
  summary: 'the file ends in the journal mode of its strategy, without a WAL beside a rollback-journal database',
  isEarlySign: false,
  run({ asLeft, facts }) {
    const expected = journalModeOf(facts.cell.strategy.axes);
    const version = writeVersionOf(asLeft.path);
    const found = MODES[version] ?? `unknown (${version})`;
    const messages: string[] = [];
    if (found !== expected) messages.push(`the file is in journal mode ${found}, the strategy runs in ${expected}`);
    const walBytes = statSync(`${asLeft.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (expected === 'delete' && walBytes > 0) {
      messages.push(`a WAL of ${walBytes} bytes lies beside a database in rollback-journal mode`);
    }
    return messages.map((message) => ({
      check: 'journal-mode',
      severity: 'violation' as const,
      message,
      evidence: TRIAL_FILES.database,
    }));
  },
};

/** 0 where there is no database, or one without a header. */
function writeVersionOf(path: string): number {
  if (!existsSync(path)) return 0;
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(path, 'r');
  readSync(descriptor, header);
  closeSync(descriptor);
  return header.readUInt8(WRITE_VERSION_OFFSET);
}
