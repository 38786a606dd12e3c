/** The rules by which a bench recommends; what each says stands beside its code. */
export const RULES = ['smallest-timeout', 'fastest', 'fairest', 'shortest-freeze'] as const;
export type RuleName = (typeof RULES)[number];
