import { closeSync, openSync, readSync } from 'node:fs';
import { step, type Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { StrategyError } from '../errors.ts';
import type { PolicyContext } from './context.ts';

const HEADER_BYTES = 64;

interface Probe {
  /** Runs before the connection opens. */
  before(context: PolicyContext): Steps<void>;
  /** Runs once it is open. */
  after(context: PolicyContext): Steps<void>;
}

function* nothing(): Steps<void> {}

const POLICIES: Record<StrategyAxes['probe'], Probe> = {
  none: { before: nothing, after: nothing },
  'raw-header': { before: rawHeader, after: nothing },
  'integrity-first': { before: nothing, after: integrityFirst },
};

/** The probe of a strategy. */
export function probeOf(axes: StrategyAxes): Probe {
  return POLICIES[axes.probe];
}

/** Reads the header by hand at every connect: harmless in a process without a connection, a lock canceller in any other. */
function* rawHeader(context: PolicyContext): Steps<void> {
  yield step('file', `open, read ${HEADER_BYTES} bytes, close the database file`, () => {
    let descriptor: number;
    try {
      descriptor = openSync(context.databasePath, 'r');
    } catch {
      return;
    }
    readSync(descriptor, Buffer.alloc(HEADER_BYTES));
    closeSync(descriptor);
  });
}

/** #30969: the first connect of a process asks SQLite whether the database is whole, and refuses a broken one. */
function* integrityFirst(context: PolicyContext): Steps<void> {
  if (yield context.inProcess.lookUpInitialised) return;
  const row = (yield context.get('PRAGMA integrity_check(1)')) as { integrity_check: string };
  if (row.integrity_check !== 'ok') {
    throw new StrategyError('INTEGRITY_CHECK', `the board is corrupt: ${row.integrity_check}`);
  }
}
