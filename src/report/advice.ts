/** What to do about what a check has found, by the check's name. `crashboard list` says what each makes sure of. */
const ADVICE: Record<string, string> = {
  locks:
    'Do not open and close the database, -wal or -shm by hand in a process that has a connection to it: close() drops its locks. Use stat, ask SQLite (PRAGMA page_count), or look from another process.',
  sidecars:
    'Do not delete, rename, restore or replace -wal and -shm while anybody has the database open; close every connection first, or let SQLite remove them.',
  'wal-index':
    'Update SQLite: the WAL-reset defect is fixed in 3.51.3, 3.50.7 and 3.44.6. Until then one process should checkpoint for all.',
  crashes:
    'Do not truncate or overwrite -shm: other processes have it mapped. What ended the process is in trial.json.',
  integrity:
    'Restore from a backup, or recover what can be read with the .recover command of sqlite3. Look above for the early signs: they name what did it.',
  acknowledged:
    'Callers were told that work was done which is gone. Treat this strategy as unfit for work that matters, and look at the early signs for the cause.',
  'row-counts':
    'Make repeated requests idempotent: a caller that is told of an error may repeat what was committed. Do not report an error after a commit that succeeded.',
  'event-trail':
    'Write the change and its event in one transaction, opened with BEGIN IMMEDIATE; do not report an error after a commit that succeeded.',
  'exclusive-claims':
    'Claim with a compare-and-set inside one BEGIN IMMEDIATE transaction: UPDATE … WHERE status = ready AND claim_lock IS NULL.',
  leases:
    'Fence: compare the claim in the WHERE of every write that a claim allows (… AND claim_lock = ?), so that a worker that slept past its claim changes nothing.',
  schema:
    'Put check and ALTER TABLE into one BEGIN IMMEDIATE transaction, or take a lock between processes (not within one) around the first open.',
  'journal-mode':
    'Set journal_mode once, when the database is made, under the lock of the first open; do not change it on live connections.',
  pragmas: 'Set the pragmas on each new connection; most of them are not stored in the file.',
};

/** What to do about a finding of this check; `undefined` for a check that nobody has written advice for. */
export function adviceFor(check: string): string | undefined {
  return ADVICE[check];
}
