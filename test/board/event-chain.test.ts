import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventChain, digestOf, formatStamp, parseStamp, type EventStamp } from '../../src/board/event-chain.ts';

interface Row {
  stamp: EventStamp;
  kind: string;
  task: string;
}

/** The rules by which rows alone show that nothing is lost, doubled or altered. @returns the first that is broken. */
function brokenRule(rows: readonly Row[]): string | undefined {
  const digests = new Map<number, number>();
  for (const { stamp, kind, task } of rows) {
    if (digests.has(stamp.number)) return 'doubled';
    if (stamp.after !== 0 && !digests.has(stamp.after)) return 'predecessor lost';
    if (stamp.digest !== digestOf(stamp, kind, task, digests.get(stamp.after) ?? 0)) return 'altered';
    digests.set(stamp.number, stamp.digest);
  }
  return undefined;
}

const write = fc.record({
  kind: fc.constantFrom('created', 'claimed', 'heartbeat'),
  task: fc.stringMatching(/^t[0-9]{1,3}$/),
  // What happens to the transaction, and what the worker is told; uncertain ones may have happened or not.
  fate: fc.constantFrom('committed', 'rolled back', 'uncertain, there', 'uncertain, not there'),
});
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

/** Plays writes as a worker does. @returns the rows that are on the board, and which of them it knows to be there. */
function play(writes: readonly Write[]): { rows: Row[]; certain: Row[]; chain: EventChain } {
  const chain = new EventChain('w1.0');
  const rows: Row[] = [];
  const certain: Row[] = [];
  for (const { kind, task, fate } of writes) {
    const stamp = parseStamp(chain.stamp(kind, task));
    if (!stamp) throw new Error('a chain writes stamps that cannot be read');
    const row = { stamp, kind, task };
    if (fate === 'rolled back') chain.rolledBack();
    else if (fate === 'committed') {
      chain.committed();
      certain.push(row);
    } else chain.uncertain();
    if (fate === 'committed' || fate === 'uncertain, there') rows.push(row);
  }
  return { rows, certain, chain };
}

const writes = fc.array(write, { maxLength: 30 });

describe('EventChain', () => {
  it('makes rows that follow the rules, whatever becomes of its transactions', () => {
    fc.assert(
      fc.property(writes, (writes) => {
        expect(brokenRule(play(writes).rows)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('spends a number on every event that may be on the board, and on no other', () => {
    fc.assert(
      fc.property(writes, (writes) => {
        const { certain, chain } = play(writes);
        const spent = writes.filter(({ fate }) => fate !== 'rolled back').length;
        expect(chain.next).toBe(spent + 1);
        expect(chain.acknowledged).toBe(certain.at(-1)?.stamp.number ?? 0);
      }),
    );
  });

  it('shows the loss of any event that another certain one follows', () => {
    fc.assert(
      fc.property(writes, fc.nat(), (writes, pick) => {
        const { rows, certain } = play(writes);
        fc.pre(certain.length > 1);
        const lost = certain[pick % (certain.length - 1)];
        expect(brokenRule(rows.filter((row) => row !== lost))).toBe('predecessor lost');
      }),
    );
  });

  it('shows a doubled event and an altered one', () => {
    fc.assert(
      fc.property(writes, fc.nat(), fc.constantFrom('kind', 'task'), (writes, pick, field) => {
        const { rows } = play(writes);
        fc.pre(rows.length > 0);
        const index = pick % rows.length;
        const row = rows[index] as Row;
        expect(brokenRule([...rows, row])).toBe('doubled');
        expect(brokenRule(rows.with(index, { ...row, [field]: `${row[field]}x` }))).toBe('altered');
      }),
    );
  });

  it('does not count a transaction without an event', () => {
    const chain = new EventChain('w1.0');
    chain.committed();
    chain.uncertain();
    chain.rolledBack();
    expect([chain.next, chain.acknowledged]).toEqual([1, 0]);

    chain.stamp('created', 't1');
    chain.committed();
    chain.committed();
    chain.uncertain();
    expect([chain.next, chain.acknowledged]).toEqual([2, 1]);
  });

  it('tells the events of two workers apart', () => {
    expect(new EventChain('w1.0').stamp('created', 't1')).not.toBe(new EventChain('w2.0').stamp('created', 't1'));
  });
});

describe('a stamp', () => {
  const stamp = fc.record({
    worker: fc.stringMatching(/^[a-z0-9.]{1,12}$/),
    number: fc.integer({ min: 1, max: 999_999_999 }),
    after: fc.nat({ max: 999_999_999 }),
    digest: fc.nat({ max: 0xffffffff }),
  });

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(stamp, (stamp) => {
        expect(parseStamp(formatStamp(stamp))).toEqual(stamp);
      }),
    );
  });

  it('is read from nothing but what a worker can have written', () => {
    const near = fc.tuple(stamp, fc.nat(), fc.string({ maxLength: 2 })).map(([stamp, at, noise]) => {
      const text = formatStamp(stamp);
      return text.slice(0, at % (text.length + 1)) + noise + text.slice(at % (text.length + 1));
    });
    fc.assert(
      fc.property(near, (text) => {
        const read = parseStamp(text);
        if (read) expect(formatStamp(read)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [null],
    [undefined],
    [7],
    [''],
    ['w1.0'],
    ['w1.0 1 0'],
    ['w1.0   '],
    ['w1.0 1 0 5 6'],
    ['w1.0 0 0 5'],
    [' 1 0 5'],
    ['w 1.5 0 5'],
    ['w 1 -1 5'],
    ['w 0x1 0 5'],
    ['w 1e3 0 5'],
    ['w 1 0 5\n'],
    ['w 9007199254740991 0 5'],
  ])('is not in %j', (payload) => {
    expect(parseStamp(payload)).toBeUndefined();
  });
});
