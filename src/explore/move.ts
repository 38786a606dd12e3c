/**
 * What a scheduler may let happen next: a step of an actor; the end of its patience, when nobody else can move; the
 * death of its process; or that its process is stopped, or goes on.
 */
export const ACTIONS = ['step', 'timeout', 'crash', 'stop', 'resume'] as const;
export type Action = (typeof ACTIONS)[number];

/** One move of an execution. */
export interface Move {
  actor: number;
  action: Action;
}

export function isSameMove(a: Move, b: Move): boolean {
  return a.actor === b.actor && a.action === b.action;
}

/** A, B, C, … */
export function nameOfActor(actor: number): string {
  return String.fromCodePoint('A'.charCodeAt(0) + actor);
}

/** How often an execution changes from one actor to another. */
export function contextSwitches(moves: readonly Move[]): number {
  let switches = 0;
  for (let index = 1; index < moves.length; index++) if (moves[index]?.actor !== moves[index - 1]?.actor) switches++;
  return switches;
}
