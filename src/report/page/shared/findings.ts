/** Findings by check, in the order in which the checks first spoke. */
export function findingsByCheck<T extends { check: string }>(findings: readonly T[]): [check: string, group: T[]][] {
  return [...Map.groupBy(findings, ({ check }) => check)];
}
