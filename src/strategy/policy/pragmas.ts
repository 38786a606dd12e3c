import type { Steps } from '../../step/step.ts';
import type { StrategyAxes } from '../axes.ts';
import { isBusy } from '../errors.ts';
import type { PolicyContext } from './context.ts';

/** What `PRAGMA x` must answer on a connection of a strategy. */
export type PragmaPromises = Record<string, string | number>;

interface PragmaPolicy {
  journalMode: 'wal' | 'delete';
  /** #33482: leave the journal mode alone where it is right already. */
  onlyIfDifferent: boolean;
  /** Where WAL cannot be had, the rollback journal is taken instead. */
  fallsBack?: true;
  /** Set on every connection, in this order. */
  values: PragmaPromises;
}

const POLICIES: Record<StrategyAxes['pragmas'], PragmaPolicy> = {
  v1: { journalMode: 'wal', onlyIfDifferent: false, values: { synchronous: 1, wal_autocheckpoint: 1000 } },
  'wal-or-delete': {
    journalMode: 'wal',
    onlyIfDifferent: false,
    fallsBack: true,
    values: { synchronous: 1, wal_autocheckpoint: 1000 },
  },
  'full-100': { journalMode: 'wal', onlyIfDifferent: false, values: { synchronous: 2, wal_autocheckpoint: 100 } },
  hardened: {
    journalMode: 'wal',
    onlyIfDifferent: true,
    values: { synchronous: 2, wal_autocheckpoint: 100, foreign_keys: 1, secure_delete: 1, cell_size_check: 1 },
  },
  'full-1000': { journalMode: 'wal', onlyIfDifferent: true, values: { synchronous: 2, wal_autocheckpoint: 1000 } },
  'normal-100': { journalMode: 'wal', onlyIfDifferent: true, values: { synchronous: 1, wal_autocheckpoint: 100 } },
  'normal-1000': { journalMode: 'wal', onlyIfDifferent: true, values: { synchronous: 1, wal_autocheckpoint: 1000 } },
  'off-100': { journalMode: 'wal', onlyIfDifferent: true, values: { synchronous: 0, wal_autocheckpoint: 100 } },
  'off-1000': { journalMode: 'wal', onlyIfDifferent: true, values: { synchronous: 0, wal_autocheckpoint: 1000 } },
  'delete-full': { journalMode: 'delete', onlyIfDifferent: true, values: { synchronous: 2 } },
};

/** The journal mode that a strategy runs in. */
export function journalModeOf(axes: StrategyAxes): 'wal' | 'delete' {
  return POLICIES[axes.pragmas].journalMode;
}

/** The pragmas that every connection of a strategy must show once it is open. */
export function promisedPragmas(axes: StrategyAxes): PragmaPromises {
  const { journalMode, values } = POLICIES[axes.pragmas];
  const promised: PragmaPromises = { journal_mode: journalMode, ...values, busy_timeout: axes.busyTimeoutMs };
  if (axes.checkpoint === 'dedicated') promised['wal_autocheckpoint'] = 0;
  return promised;
}

/** Sets the strategy's pragmas on a connection that has just opened. */
export function* setPragmas(context: PolicyContext): Steps<void> {
  const { journalMode, onlyIfDifferent, fallsBack } = POLICIES[context.axes.pragmas];
  const current = onlyIfDifferent
    ? ((yield context.get('PRAGMA journal_mode')) as { journal_mode: string }).journal_mode
    : undefined;
  if (current !== journalMode) yield* setJournalMode(context, journalMode, fallsBack ?? false);
  const { journal_mode: _mode, busy_timeout: _timeout, ...values } = promisedPragmas(context.axes);
  for (const [name, value] of Object.entries(values)) yield context.exec(`PRAGMA ${name} = ${value}`);
}

function* setJournalMode(context: PolicyContext, mode: 'wal' | 'delete', fallsBack: boolean): Steps<void> {
  try {
    yield context.get(`PRAGMA journal_mode = ${mode}`);
  } catch (error) {
    if (!fallsBack || isBusy(error)) throw error;
    yield context.get('PRAGMA journal_mode = delete');
  }
}

/** What a connection really shows of the pragmas that its strategy promises. */
export function* readPragmas(context: PolicyContext): Steps<PragmaPromises> {
  const found: PragmaPromises = {};
  for (const name of Object.keys(promisedPragmas(context.axes))) {
    const row = (yield context.get(`PRAGMA ${name}`)) as Record<string, string | number>;
    found[name] = Object.values(row)[0] ?? '';
  }
  return found;
}
