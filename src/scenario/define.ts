import { z } from 'zod';
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
    throw new ScenarioError(`scenario${name} is malformed:\n${z.prettifyError(result.error)}`);
  }
  refuseUnknownExpectations(result.data);
  return result.data;
}

function refuseUnknownExpectations(scenario: Scenario): void {
  if (scenario.strategies === 'all') return;
  const known = scenario.strategies.map((strategy) => (typeof strategy === 'string' ? strategy : strategy.name));
  for (const name of Object.keys(scenario.expect)) {
    if (name !== 'default' && !known.includes(name)) {
      throw new ScenarioError(
        `scenario "${scenario.name}" is malformed:\n✖ expects something of "${name}", which is none of its strategies (${known.join(', ')})\n  → at expect.${name}`,
      );
    }
  }
}
