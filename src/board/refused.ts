/** Why the board said no although SQLite did not. */
export type RefusalCode =
  /** Somebody else claimed the task first: the compare-and-set changed no row. */
  | 'CLAIM_LOST'
  /** The claim was ours and is not any more. */
  | 'CLAIM_STALE'
  /** There is no task in the state that the operation needs. */
  | 'NOTHING_TO_DO'
  /** Another dispatcher holds the lease. */
  | 'LEASE_HELD';

/** All of them, for those who tell refusals from errors. */
export const refusalCodes: ReadonlySet<string> = new Set<RefusalCode>([
  'CLAIM_LOST',
  'CLAIM_STALE',
  'NOTHING_TO_DO',
  'LEASE_HELD',
]);

/** The operation did not happen, by the board's own rules. A normal outcome under concurrency. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    // Nobody looks at the stack of a normal outcome, and collecting it takes longer than a statement.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
  }
}
