import * as fc from 'fast-check';
import { OPERATION_KINDS, type HistoryRecord } from '../../src/history/record.ts';

/** Text as an error message can have it: newlines, quotes, characters of several bytes, halves of a character. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '"', '\\', '\u2028', 'é', '😀', '\ud83d', '\0', 'x') }),
);
/** Names, ids and codes as the harness makes them. */
const word = fc.stringMatching(/^[A-Za-z0-9_.:/-]{1,20}$/);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const outcome = { operation: count, atNs: count, latencyNs: count, event: count };

const header = fc.record({
  type: fc.constant('header' as const),
  version: fc.constant(1 as const),
  worker: word,
  pid: count,
  sqliteVersion: text,
});
const invoke = fc.record({
  type: fc.constant('invoke' as const),
  operation: count,
  kind: fc.constantFrom(...OPERATION_KINDS),
  event: count,
  atNs: count,
  request: word,
});
const ok = fc.record({ type: fc.constant('ok' as const), ...outcome, task: fc.oneof(word, fc.constant('')) });
const failed = fc.record({ type: fc.constantFrom('fail', 'info'), ...outcome, code: word, message: text });
const note = fc.record({
  type: fc.constant('note' as const),
  atNs: count,
  name: word,
  // What JSON keeps: -0 is not among it.
  data: fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value))),
});

/** Any record that a worker can write. */
export const anyRecord: fc.Arbitrary<HistoryRecord> = fc.oneof(header, invoke, ok, failed, note);
