/** Exit codes, fixed for good. */
export const EXIT = {
  /** Every expectation held. */
  held: 0,
  /** An expectation was violated. */
  violated: 1,
  /** Bad usage or configuration. */
  usage: 2,
  /** Inconclusive, or a threshold missed. */
  inconclusive: 3,
  /** The harness itself failed. */
  harness: 4,
  interrupted: 130,
} as const;

/** What counts most of several: an interruption, then a failure of the harness, then a violation. */
export function worstOf(codes: readonly number[]): number {
  const order = [EXIT.interrupted, EXIT.harness, EXIT.violated, EXIT.inconclusive];
  return order.find((code) => codes.includes(code)) ?? EXIT.held;
}

/** The command cannot be carried out as it was given. The message says what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
