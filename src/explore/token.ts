import { crc32 } from 'node:zlib';
import type { Action, Move } from './move.ts';
import { nameOfActor } from './move.ts';
import type { Made } from './world.ts';

/** What a failure is replayed from. */
export interface Token {
  /** Of Crashboard. */
  version: string;
  /** Name or path of the scenario. */
  scenario: string;
  situation: string;
  strategy: string;
  schedule: Move[];
  /** One character per move, from the statement that it ran: they tell where a schedule stops fitting. */
  marks: string;
}

/** A token that cannot be replayed; the message says why. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
}

const SIGNS: Record<Exclude<Action, 'step'>, string> = { timeout: '~', crash: '!', stop: '.', resume: '+' };
const ACTION_OF_SIGN = new Map(Object.entries(SIGNS).map(([action, sign]) => [sign, action as Action]));
const SCHEDULE = /^([A-H](\d+|[~!.+]))+$/;
const MARKS = 36;
const FIELDS = 7;

/**
 * Writes a token: `<version>/<scenario>/<situation>/<strategy>/<schedule>/<marks>/<CRC-32>`. In the schedule `A12` are
 * twelve steps of the first actor, `A!` is its crash, `A.` its stop, `A+` its resumption and `A~` the end of its patience.
 */
export function formatToken({ version, scenario, situation, strategy, schedule, marks }: Token): string {
  const fields = [version, scenario, situation, strategy, formatSchedule(schedule), marks].map(encodeURIComponent);
  const text = fields.join('/');
  return `${text}/${checksum(text)}`;
}

/** Reads a token. @throws {TokenError} if it is damaged or no token at all. */
export function parseToken(text: string): Token {
  const fields = text.trim().split('/');
  const example = 'expected <version>/<scenario>/<situation>/<strategy>/<schedule>/<marks>/<checksum>';
  if (fields.length < FIELDS) {
    throw new TokenError(`the token is cut off: it has ${fields.length} of ${FIELDS} parts; ${example}`);
  }
  if (fields.length > FIELDS) throw new TokenError(`this is no token: it has ${fields.length} parts; ${example}`);
  const sum = fields.pop() ?? '';
  if (checksum(fields.join('/')) !== sum) {
    throw new TokenError('the token is damaged: its checksum does not match; copy all of it, in quotes');
  }
  const [version = '', scenario = '', situation = '', strategy = '', schedule = '', marks = ''] =
    fields.map(decodeURIComponent);
  return { version, scenario, situation, strategy, schedule: parseSchedule(schedule), marks };
}

/** Marks of the moves of an execution. */
export function marksOf(made: readonly Made[]): string {
  return made.map(({ step }) => markOf(step?.label ?? '')).join('');
}

/** A character that stands for a statement. */
export function markOf(label: string): string {
  return (crc32(label) % MARKS).toString(MARKS);
}

/** The schedule in short. */
export function formatSchedule(moves: readonly Move[]): string {
  let text = '';
  for (let index = 0; index < moves.length; ) {
    const { actor, action } = moves[index] as Move;
    let count = 1;
    if (action === 'step') {
      while (moves[index + count]?.actor === actor && moves[index + count]?.action === 'step') count++;
    }
    text += nameOfActor(actor) + (action === 'step' ? count : SIGNS[action]);
    index += count;
  }
  return text;
}

function parseSchedule(text: string): Move[] {
  if (!SCHEDULE.test(text))
    throw new TokenError(`the schedule "${text}" is malformed; expected something like A12B28A1`);
  return [...text.matchAll(/([A-H])(\d+|[~!.+])/g)].flatMap(([, name = 'A', what = '']) => {
    const actor = name.charCodeAt(0) - 'A'.charCodeAt(0);
    const action = ACTION_OF_SIGN.get(what) ?? 'step';
    const count = action === 'step' ? Number(what) : 1;
    return Array.from({ length: count }, (): Move => ({ actor, action }));
  });
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}
