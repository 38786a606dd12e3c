import { ScenarioError } from '../scenario/define.ts';
import { nearest } from '../scenario/nearest.ts';
import { SWEEP_AXES, defaultSettings, type CellSettings, type ParamValue, type SweepAxis } from './axes.ts';
import type { Bench } from './bench.ts';

/** One value on each axis of the grid, in the order of the axes. */
export type Params = Record<string, ParamValue>;

/** One combination of values, with everything that it stands for. */
export interface SweepCell {
  /** `busyTimeout=5 s writers=8`: unique within a sweep. */
  id: string;
  params: Params;
  settings: CellSettings;
}

/** An axis of a grid with the values that are measured. */
export interface GridAxis {
  axis: SweepAxis;
  values: ParamValue[];
}

/** What the command line may say over a bench's own grid: texts, by name of the axis. */
export type ParamTexts = ReadonlyMap<string, readonly string[]>;

/**
 * The axes of a sweep: those of the bench, in its order, with the values of the command line where it gives some.
 * @throws {ScenarioError} for an axis that does not exist, a value that is none, or no values at all.
 */
export function gridOf(bench: Bench, given: ParamTexts, isQuick: boolean): GridAxis[] {
  const own = (isQuick && bench.quick.grid) || bench.grid;
  const names = [...new Set([...Object.keys(own), ...given.keys()])];
  return names.map((name) => {
    const axis = axisNamed(name, bench);
    const texts = given.get(name) ?? own[name]?.map(String) ?? [];
    return { axis, values: valuesOf(axis, texts) };
  });
}

/** Every combination of the values, or each axis by itself with all others at their first value. */
export function cellsOf(bench: Bench, grid: readonly GridAxis[], isOneAtATime: boolean): SweepCell[] {
  const base = settingsOf(bench);
  const points = isOneAtATime ? oneAtATime(grid) : product(grid);
  return points.map((params) => {
    const settings = structuredClone(base);
    for (const { axis } of grid) axis.apply(settings, params[axis.name] as ParamValue);
    return { id: cellId(grid, params), params, settings };
  });
}

/** The axes that have more than one value: the others only say where the sweep stands. */
export function variedAxes(grid: readonly GridAxis[]): GridAxis[] {
  return grid.filter(({ values }) => values.length > 1);
}

function cellId(grid: readonly GridAxis[], params: Params): string {
  return grid.map(({ axis }) => `${axis.name}=${axis.show(params[axis.name] as ParamValue)}`).join(' ');
}

function settingsOf(bench: Bench): CellSettings {
  const settings = defaultSettings();
  applyTexts(settings, bench.base);
  return settings;
}

function applyTexts(settings: CellSettings, params: Record<string, ParamValue>): void {
  for (const [name, text] of Object.entries(params)) {
    const axis = SWEEP_AXES.find((candidate) => candidate.name === name);
    if (!axis) throw unknownAxis(name, SWEEP_AXES);
    axis.apply(settings, valueOf(axis, String(text)));
  }
}

function axisNamed(name: string, bench: Bench): SweepAxis {
  const known = bench.variants ? [variantAxis(bench.variants), ...SWEEP_AXES] : SWEEP_AXES;
  const axis = known.find((candidate) => candidate.name === name);
  if (!axis) throw unknownAxis(name, known);
  return axis;
}

function unknownAxis(name: string, known: readonly SweepAxis[]): ScenarioError {
  const names = known.map((axis) => axis.name);
  return new ScenarioError(`no parameter is named "${name}"${nearest(name, names)}; there are ${names.join(', ')}`);
}

function variantAxis({ axis, values }: NonNullable<Bench['variants']>): SweepAxis {
  const names = Object.keys(values);
  return {
    name: axis,
    summary: 'an axis of this bench',
    expected: `one of ${names.join(', ')}`,
    read: (text) => names.find((name) => name === text),
    show: String,
    apply: (settings, value) => applyTexts(settings, values[value] ?? {}),
  };
}

function valuesOf(axis: SweepAxis, texts: readonly string[]): ParamValue[] {
  const values = texts.map((text) => valueOf(axis, text));
  if (values.length === 0) throw new ScenarioError(`${axis.name}: an empty grid; expected ${axis.expected}`);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new ScenarioError(`${axis.name}: ${axis.show(twice)} stands there twice`);
  return values;
}

function valueOf(axis: SweepAxis, text: string): ParamValue {
  const value = axis.read(text.trim());
  if (value === undefined) throw new ScenarioError(`${axis.name}: "${text}" is no value; expected ${axis.expected}`);
  return value;
}

function product(grid: readonly GridAxis[]): Params[] {
  return grid.reduce<Params[]>(
    (points, { axis, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [axis.name]: value }))),
    [{}],
  );
}

function oneAtATime(grid: readonly GridAxis[]): Params[] {
  const first = Object.fromEntries(grid.map(({ axis, values }) => [axis.name, values[0] as ParamValue]));
  const others = grid.flatMap(({ axis, values }) => values.slice(1).map((value) => ({ ...first, [axis.name]: value })));
  return [first, ...others];
}

/** All parameters but one, for people. */
export function circumstances(grid: readonly GridAxis[], params: Record<string, ParamValue>, without: string): string {
  return grid
    .filter(({ axis }) => axis.name !== without)
    .map(({ axis }) => `${axis.name}=${axis.show(params[axis.name] ?? '')}`)
    .join(' ');
}
