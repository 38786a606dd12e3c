import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { OPTIONAL_COLUMNS, LATE_INDEXES, alterStatement } from '../board/optional-columns.ts';
import { INDEXES, TABLES } from '../board/schema.ts';
import type { Engine, SqlValue } from '../engine/connection.ts';
import type { StartingBoard } from '../scenario/exploration.ts';

/** A board in its state before the actors come, made once and laid out again for every execution. */
export class BoardTemplate {
  readonly #path: string | undefined;

  /** @param folder where the template is kept. */
  constructor(folder: string, board: StartingBoard, engine: Engine) {
    if (board.start === 'absent') return;
    this.#path = join(folder, 'template.db');
    removeSidecars(this.#path);
    rmSync(this.#path, { force: true });
    const connection = engine.open(this.#path, 0);
    try {
      connection.prepare(`PRAGMA journal_mode = ${board.journalMode ?? 'wal'}`).get();
      for (const statement of statementsOf(board)) connection.exec(statement);
    } finally {
      connection.close();
    }
  }

  /** Lays the board out. Nobody may have it open. */
  layAt(databasePath: string): void {
    // Whoever closed last has removed the sidecars, unless something went wrong.
    for (const suffix of ['-wal', '-journal']) if (existsSync(databasePath + suffix)) removeSidecars(databasePath);
    if (this.#path === undefined) rmSync(databasePath, { force: true });
    else copyFileSync(this.#path, databasePath);
  }
}

/** Reads a board that nobody has open. */
export function queryBoard(
  engine: Engine,
  databasePath: string,
  sql: string,
  ...parameters: SqlValue[]
): Record<string, unknown>[] {
  const connection = engine.open(databasePath, 0);
  try {
    return connection.prepare(sql).all(...parameters) as Record<string, unknown>[];
  } finally {
    connection.close();
  }
}

function removeSidecars(databasePath: string): void {
  for (const suffix of ['-wal', '-shm', '-journal']) rmSync(databasePath + suffix, { force: true });
}

function statementsOf({ start, lacks, sql = [] }: StartingBoard): string[] {
  const isThere = (column: string): boolean => start === 'current' || (lacks !== undefined && !lacks.includes(column));
  const columns = OPTIONAL_COLUMNS.filter(({ column }) => isThere(column)).map(alterStatement);
  const indexes = start === 'current' ? LATE_INDEXES : [];
  return [...TABLES, ...INDEXES, ...columns, ...indexes, ...sql];
}
