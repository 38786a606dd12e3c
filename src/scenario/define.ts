import { z } from 'zod';
import { STRATEGIES } from '../strategy/presets/index.ts';
import { scenarioSchema, type Scenario, type ScenarioInput } from './schema.ts';

/** A scenario, a plan or an option that cannot be carried out as it stands. The message names the place and the remedy. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

/**
 * Checks a scenario and fills in what it leaves out. A scenario file exports the result as its default.
 * @throws {ScenarioError} naming every field that is wrong, and why.
 */
export function defineScenario(input: ScenarioInput): Scenario {
  const result = scenarioSchema.safeParse(input);
  if (!result.success) {
    const name = typeof input === 'object' && input !== null && 'name' in input ? ` "${input.name}"` : '';
    throw new ScenarioError(`scenario${name} is malformed:\n${explain(result.error.issues)}`);
  }
  refuseUnknownExpectations(result.data);
  refuseDoubledNames(result.data);
  return result.data;
}

function explain(issues: readonly Issue[]): string {
  return z.prettifyError({ issues: issues.flatMap(furthest) });
}

type Issue = z.core.$ZodIssue;

/** Of a value that fits none of several forms, says what is wrong with the form that it comes closest to. */
function furthest(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const forms = issue.errors.map((issues) => issues.flatMap(furthest));
  const depthOf = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path.length));
  const closest = forms.toSorted((a, b) => depthOf(b) - depthOf(a))[0] ?? [];
  if (depthOf(closest) === 0) return [issue];
  return closest.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function namesOf({ strategies }: Scenario): string[] {
  return (strategies === 'all' ? STRATEGIES : strategies).map((strategy) =>
    typeof strategy === 'string' ? strategy : strategy.name,
  );
}

function refuseUnknownExpectations(scenario: Scenario): void {
  const known = namesOf(scenario);
  for (const name of Object.keys(scenario.expect)) {
    if (name === 'default' || known.includes(name)) continue;
    throw malformed(
      scenario,
      `expects something of "${name}", which is none of its strategies (${known.join(', ')})`,
      `expect.${name}`,
    );
  }
}

/** Cells are filed under their names. */
function refuseDoubledNames(scenario: Scenario): void {
  const seen = new Set<string>();
  const refuseSecond = (name: string, place: string): void => {
    if (seen.has(name)) throw malformed(scenario, `two cells are named "${name}"`, place);
    seen.add(name);
  };
  namesOf(scenario).forEach((name, index) => refuseSecond(name, `strategies[${index}]`));
  scenario.controls.forEach(({ name }, index) => refuseSecond(name, `controls[${index}].name`));
}

function malformed(scenario: Scenario, reason: string, place: string): ScenarioError {
  return new ScenarioError(`scenario "${scenario.name}" is malformed:\n✖ ${reason}\n  → at ${place}`);
}
