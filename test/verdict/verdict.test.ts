import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/check/finding.ts';
import { outcomeOf, verdictOf } from '../../src/verdict/verdict.ts';

function found(check: string, severity: Finding['severity'] = 'violation'): Finding {
  return { check, severity, message: 'seen', evidence: 'board.db' };
}

describe('the verdict', () => {
  it.each([
    [0, [], 'safe'],
    [0, ['no kill happened'], 'inconclusive'],
    [1, [], 'unsafe'],
    [3, ['no kill happened'], 'unsafe'],
  ] as const)('of %i failed trials and the doubts %j is %s', (failures, vacuous, verdict) => {
    expect(verdictOf(failures, vacuous)).toBe(verdict);
  });
});

describe('the outcome', () => {
  it.each([
    ['safe', 'safe', 'held'],
    ['unsafe', 'safe', 'violated'],
    ['inconclusive', 'safe', 'open'],
    ['unsafe', 'unsafe', 'held'],
    ['safe', 'unsafe', 'violated'],
    ['inconclusive', 'unsafe', 'open'],
    ['safe', 'any', 'held'],
    ['unsafe', 'any', 'held'],
    ['inconclusive', 'any', 'held'],
  ] as const)('of %s where %s is expected is %s', (verdict, expected, outcome) => {
    expect(outcomeOf(verdict, expected, [])).toBe(outcome);
  });

  const control = { verdict: 'unsafe', checks: 2, earlySign: true } as const;

  it('holds for a control that is caught by enough checks, one of them early', () => {
    expect(outcomeOf('unsafe', control, [found('integrity'), found('locks')])).toBe('held');
  });

  it('is violated by a control that is caught by too few checks', () => {
    expect(outcomeOf('unsafe', control, [found('locks'), found('locks')])).toBe('violated');
  });

  it('is violated by a control that is caught too late', () => {
    expect(outcomeOf('unsafe', control, [found('integrity'), found('acknowledged')])).toBe('violated');
  });

  it.each(['locks', 'sidecars', 'wal-index'])('takes %s for an early sign', (check) => {
    expect(outcomeOf('unsafe', control, [found('integrity'), found(check)])).toBe('held');
  });

  it('does not count a warning as a catch', () => {
    expect(outcomeOf('unsafe', control, [found('integrity'), found('locks', 'warning')])).toBe('violated');
    expect(outcomeOf('unsafe', { ...control, earlySign: false }, [found('integrity'), found('locks', 'warning')])).toBe(
      'violated',
    );
  });

  it('is content with one late check where nothing more is asked for', () => {
    expect(outcomeOf('unsafe', { verdict: 'unsafe', checks: 1, earlySign: false }, [found('schema')])).toBe('held');
  });

  it('is violated by a control that nothing caught, and open for one that proves nothing', () => {
    expect(outcomeOf('safe', control, [])).toBe('violated');
    expect(outcomeOf('inconclusive', control, [])).toBe('open');
  });
});
