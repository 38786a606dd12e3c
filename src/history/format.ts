import { OPERATION_KINDS, type HistoryRecord, type OperationKind } from './record.ts';

/**
 * The line format of a history: one record a line, fields separated by one space, free text last.
 *
 *     h {"version":1,"worker":"3.0",…}
 *     > <operation> <kind> <event> <atNs> <request>
 *     + <operation> <atNs> <latencyNs> <event> <task>
 *     - <operation> <atNs> <latencyNs> <event> <code> <message as JSON>      fail: it did not happen
 *     ? <operation> <atNs> <latencyNs> <event> <code> <message as JSON>      info: nobody knows
 *     n <atNs> <name> <data as JSON>
 *
 * A line counts only with its newline: a record that was cut off by a kill is no record.
 */
export function formatRecord(record: HistoryRecord): string {
  switch (record.type) {
    case 'header': {
      const { type: _, ...fields } = record;
      return `h ${JSON.stringify(fields)}\n`;
    }
    case 'invoke':
      return `> ${record.operation} ${record.kind} ${record.event} ${record.atNs} ${inOneLine(record.request)}\n`;
    case 'ok':
      return `+ ${record.operation} ${record.atNs} ${record.latencyNs} ${record.event} ${inOneLine(record.task)}\n`;
    case 'fail':
    case 'info': {
      const sign = record.type === 'fail' ? '-' : '?';
      const cause = `${record.code} ${JSON.stringify(record.message)}`;
      return `${sign} ${record.operation} ${record.atNs} ${record.latencyNs} ${record.event} ${cause}\n`;
    }
    case 'note':
      return `n ${record.atNs} ${record.name} ${JSON.stringify(record.data)}\n`;
  }
}

/**
 * Parses one line, without its newline.
 * @throws {SyntaxError} for a line that {@link formatRecord} cannot have written.
 */
export function parseRecord(line: string): HistoryRecord {
  const fields = line.split(' ');
  switch (fields[0]) {
    case 'h':
      return { type: 'header', ...(JSON.parse(line.slice(2)) as object) } as HistoryRecord;
    case '>':
      return {
        type: 'invoke',
        operation: integer(fields[1], line),
        kind: kindOf(fields[2], line),
        event: integer(fields[3], line),
        atNs: integer(fields[4], line),
        request: fromOneLine(fields.slice(5).join(' ')),
      };
    case '+':
      return { type: 'ok', ...outcome(fields, line), task: fromOneLine(fields.slice(5).join(' ')) };
    case '-':
    case '?':
      return {
        type: fields[0] === '-' ? 'fail' : 'info',
        ...outcome(fields, line),
        code: fields[5] ?? '',
        message: JSON.parse(fields.slice(6).join(' ')) as string,
      };
    case 'n':
      return {
        type: 'note',
        atNs: integer(fields[1], line),
        name: fields[2] ?? '',
        data: JSON.parse(fields.slice(3).join(' ')) as unknown,
      };
    default:
      throw new SyntaxError(`not a history record: ${JSON.stringify(line.slice(0, 80))}`);
  }
}

/** A damaged database hands out tasks that no worker made: whatever it is, it must not look like another record. */
function inOneLine(text: unknown): string {
  const line = String(text);
  return NEEDS_ESCAPE.test(line) ? line.replaceAll('%', '%25').replaceAll('\n', '%0A') : line;
}

const NEEDS_ESCAPE = /[%\n]/;

function fromOneLine(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function outcome(fields: string[], line: string) {
  return {
    operation: integer(fields[1], line),
    atNs: integer(fields[2], line),
    latencyNs: integer(fields[3], line),
    event: integer(fields[4], line),
  };
}

function integer(text: string | undefined, line: string): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isSafeInteger(value)) {
    throw new SyntaxError(`not a whole number in a history record: ${JSON.stringify(line.slice(0, 80))}`);
  }
  return value;
}

const KINDS = new Set<string>(OPERATION_KINDS);

function kindOf(text: string | undefined, line: string): OperationKind {
  if (text === undefined || !KINDS.has(text)) {
    throw new SyntaxError(`unknown operation in a history record: ${JSON.stringify(line.slice(0, 80))}`);
  }
  return text as OperationKind;
}
