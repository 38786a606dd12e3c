/** A COMMIT failed in a way that leaves open whether the transaction is durable. */
export class CommitUncertain extends Error {
  override readonly name = 'CommitUncertain';
  readonly code: string;

  constructor(cause: unknown) {
    super(`COMMIT failed: ${messageOf(cause)}`, { cause });
    this.code = codeOf(cause);
  }
}

/** The strategy itself refused or failed, not SQLite: a lock not had in time, a check that raised an alarm. */
export class StrategyError extends Error {
  override readonly name = 'StrategyError';
  readonly code: 'LOCK_TIMEOUT' | 'LENGTH_CHECK' | 'INTEGRITY_CHECK';

  constructor(code: StrategyError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** The code an error carries (`SQLITE_BUSY_SNAPSHOT`, `ENOSPC`, …), or its class. */
export function codeOf(error: unknown): string {
  if (error instanceof Error) {
    const { code } = error as Error & { code?: unknown };
    return typeof code === 'string' ? code : error.name;
  }
  return 'UNKNOWN';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Somebody else held the lock: worth another try. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY');
}
