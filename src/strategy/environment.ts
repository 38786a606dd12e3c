import type { Strategy, StrategyAxes } from './axes.ts';

/** An environment variable holds a value that the modelled program would not accept. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * The axes of a strategy once the environment variables of the program that it models have had their say.
 * @param environment usually `process.env`.
 * @throws {EnvironmentError} for a value that is neither a number nor a known word.
 */
export function axesInEnvironment(strategy: Strategy, environment: Record<string, string | undefined>): StrategyAxes {
  const axes: Record<string, string | number> = { ...strategy.axes };
  for (const choice of strategy.environment ?? []) {
    const text = environment[choice.variable] ?? choice.unset;
    axes[choice.axis] = choice.values ? wordOf(choice.values, text) : numberOf(choice.variable, text);
  }
  return axes as unknown as StrategyAxes;
}

function wordOf(values: Record<string, string>, text: string): string {
  return (Object.hasOwn(values, text) ? values[text] : values['*']) ?? text;
}

function numberOf(variable: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 0x7fffffff) {
    throw new EnvironmentError(
      `${variable}: expected a whole number of milliseconds from 0 to 2147483647, got "${text}"`,
    );
  }
  return value;
}
