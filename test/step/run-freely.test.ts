import { describe, expect, it } from 'vitest';
import { runFreely } from '../../src/step/run-freely.ts';
import { step, type Steps } from '../../src/step/step.ts';

/** Steps that note what happens to them. */
function journal() {
  const seen: string[] = [];
  return {
    seen,
    does: (label: string, result?: unknown) =>
      step('sql', label, () => {
        seen.push(label);
        return result;
      }),
    fails: (label: string, error: Error) =>
      step('sql', label, () => {
        seen.push(label);
        throw error;
      }),
  };
}

describe('runFreely', () => {
  it('runs steps in order and hands each result to where it was yielded', () => {
    const { seen, does } = journal();
    const sum = runFreely(
      (function* (): Steps<number> {
        const one = (yield does('one', 1)) as number;
        const two = (yield does('two', one + 1)) as number;
        return one + two;
      })(),
    );

    expect(sum).toBe(3);
    expect(seen).toEqual(['one', 'two']);
  });

  it('returns from work without steps', () => {
    // oxlint-disable-next-line require-yield
    const idle = function* (): Steps<string> {
      return 'at once';
    };
    expect(runFreely(idle())).toBe('at once');
  });

  it('throws the error of a step where the step was yielded, and goes on behind the catch', () => {
    const { seen, does, fails } = journal();
    const error = new Error('no');
    const caught = runFreely(
      (function* (): Steps<unknown> {
        try {
          yield fails('fails', error);
          yield does('never');
        } catch (caught) {
          yield does('after');
          return caught;
        }
        return undefined;
      })(),
    );

    expect(caught).toBe(error);
    expect(seen).toEqual(['fails', 'after']);
  });

  it('runs the steps of finally blocks, innermost first, before the error comes out', () => {
    const { seen, does, fails } = journal();
    const error = new Error('inner');
    const work = function* (): Steps<void> {
      try {
        try {
          yield fails('work', error);
        } finally {
          yield does('inner finally 1');
          yield does('inner finally 2');
        }
      } finally {
        yield does('outer finally');
      }
    };

    expect(() => runFreely(work())).toThrow(error);
    expect(seen).toEqual(['work', 'inner finally 1', 'inner finally 2', 'outer finally']);
  });

  it('lets an error in a finally block take the place of the first one', () => {
    const { seen, does, fails } = journal();
    const work = function* (): Steps<void> {
      try {
        yield fails('work', new Error('first'));
      } finally {
        yield fails('release', new Error('second'));
        yield does('never');
      }
    };

    expect(() => runFreely(work())).toThrow('second');
    expect(seen).toEqual(['work', 'release']);
  });

  it('hands errors on that are no errors, and falsy results too', () => {
    const results = runFreely(
      (function* (): Steps<unknown[]> {
        const zero = yield step('sql', 'zero', () => 0);
        const nothing = yield step('sql', 'nothing', () => {});
        let thrown: unknown = 'none';
        try {
          yield step('sql', 'odd', () => {
            // oxlint-disable-next-line typescript/only-throw-error
            throw undefined;
          });
        } catch (error) {
          thrown = error;
        }
        return [zero, nothing, thrown];
      })(),
    );

    expect(results).toEqual([0, undefined, undefined]);
  });

  it('works off steps that delegate to other steps', () => {
    const { seen, does } = journal();
    const inner = function* (): Steps<string> {
      yield does('inner');
      return 'of the inner';
    };
    const outer = function* (): Steps<string> {
      yield does('before');
      const result = yield* inner();
      yield does('after');
      return result;
    };

    expect(runFreely(outer())).toBe('of the inner');
    expect(seen).toEqual(['before', 'inner', 'after']);
  });
});
