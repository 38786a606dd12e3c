import { describe, expect, it } from 'vitest';
import type { Move } from '../../src/explore/move.ts';
import { TokenError, formatSchedule, formatToken, parseToken, type Token } from '../../src/explore/token.ts';

const schedule: Move[] = [
  { actor: 0, action: 'step' },
  { actor: 0, action: 'step' },
  { actor: 0, action: 'crash' },
  { actor: 1, action: 'step' },
  { actor: 1, action: 'stop' },
  { actor: 2, action: 'timeout' },
  { actor: 1, action: 'resume' },
];
const token: Token = {
  version: '0.1.0',
  scenario: './scenarios/mine.ts',
  situation: 'two-processes',
  strategy: 'unguarded',
  schedule,
  marks: 'ab-c---',
};

describe('a token', () => {
  it('is read as it was written, a path with slashes included', () => {
    expect(parseToken(formatToken(token))).toEqual(token);
  });

  it('has the schedule in short', () => {
    expect(formatSchedule(schedule)).toBe('A2A!B1B.C~B+');
  });

  it('survives a shell in single quotes', () => {
    expect(formatToken({ ...token, scenario: "it's" })).not.toMatch(/[\s"$`\\]/);
  });

  it('that is cut off anywhere is refused, and so is one that was changed', () => {
    const text = formatToken(token);
    for (let length = 0; length < text.length; length++) {
      expect(() => parseToken(text.slice(0, length)), text.slice(0, length)).toThrow(TokenError);
    }
    expect(() => parseToken(text.replace('unguarded', 'immediate'))).toThrow('checksum');
    expect(() => parseToken(`${text}/more`)).toThrow('this is no token');
  });
});
