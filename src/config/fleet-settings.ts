import { z } from 'zod';
import type { JsonValue } from '../platform/brand.ts';
import { terminalConfigSchema } from './schema.ts';
import { isMarked, type Mark, unwrapped } from './schema-marks.ts';
import { variableName } from './variable-name.ts';

/**
 * Settings that a fleet wants, over those in the terminal's own file: dotted keys of the configuration, single settings or whole
 * sections. What is marked `.meta({ device: true })` belongs to the device and is never taken from afar.
 */
export type FleetValues = Readonly<Record<string, JsonValue>>;

/** What may be known of a key without a terminal. */
export interface SettingRule {
  readonly schema: z.ZodType;
  /** The device's own, or it holds something that is. */
  readonly device: boolean;
  /** It is, or holds, a secret. */
  readonly secret: boolean;
}

/** Null: there is no such setting. */
export function settingRule(key: string): SettingRule | null {
  let schema: z.ZodType = terminalConfigSchema;
  let device = false;
  for (const part of key.split('.')) {
    const inner = fieldOf(schema, part);
    if (inner === null) return null;
    device ||= isMarked(inner, 'device');
    schema = inner;
  }
  return { schema, device: device || anyWithin(schema, 'device'), secret: anyWithin(schema, 'secret') };
}

/** Why a value can't be wanted, in plain words; null: it may be, as far as can be told without the terminal. */
export function refuseSetting(key: string, value: JsonValue): string | null {
  const rule = settingRule(key);
  if (rule === null) return 'there is no such setting';
  if (rule.device) return 'it belongs to the device and is set in its own file';
  const read = rule.schema.safeParse(value);
  if (read.success) return null;
  return read.error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}

export interface JudgedSettings {
  readonly accepted: FleetValues;
  /** Key → why not. */
  readonly rejected: Readonly<Record<string, string>>;
}

/**
 * Which of the fleet's values this terminal can run with. `written`: its own file; `env`: its variables, which win over the
 * fleet. Never throws, and always leaves a configuration that is right if the terminal's own is.
 */
export function judgeSettings(
  written: unknown,
  values: FleetValues,
  env: Readonly<Record<string, string | undefined>>,
): JudgedSettings {
  const rejected: Record<string, string> = {};
  const accepted: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(values)) {
    const variable = variableName(key.split('.'));
    const reason =
      env[variable] === undefined ? refuseSetting(key, value) : `the variable ${variable} on the device decides`;
    if (reason === null) accepted[key] = value;
    else rejected[key] = reason;
  }
  for (;;) {
    const checked = terminalConfigSchema.safeParse(layered(written, accepted));
    if (checked.success) return { accepted, rejected };
    const guilty = guiltyKey(Object.keys(accepted), checked.error.issues);
    // What is wrong without the fleet is for whoever set the terminal up.
    if (guilty === null) return { accepted, rejected };
    rejected[guilty.key] = guilty.message;
    delete accepted[guilty.key];
  }
}

/** The terminal's own settings with the fleet's over them. */
export function layered(written: unknown, values: FleetValues): unknown {
  return Object.entries(values).reduce((config, [key, value]) => put(config, key.split('.'), value), written);
}

/** The value of a dotted key in a configuration; undefined: nothing is there. */
export function valueAt(config: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((inner, part) => (isRecord(inner) ? inner[part] : undefined), config);
}

/** A rule over several settings names one of them, or what they are part of; the nearest key that the fleet has set is to blame. */
function guiltyKey(
  keys: readonly string[],
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): { readonly key: string; readonly message: string } | null {
  let best: { key: string; message: string; shared: number } | null = null;
  for (const { path, message } of issues) {
    for (const key of keys) {
      const shared = sharedLength(key.split('.'), path.map(String));
      if (shared > 0 && shared > (best?.shared ?? 0)) best = { key, message, shared };
    }
  }
  return best;
}

function sharedLength(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function put(config: unknown, [key, ...rest]: readonly string[], value: JsonValue): unknown {
  if (key === undefined) return value;
  const base = isRecord(config) ? config : {};
  return { ...base, [key]: put(base[key], rest, value) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fieldOf(schema: z.ZodType, name: string): z.ZodType | null {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject) || !Object.hasOwn(inner.shape, name)) return null;
  return inner.shape[name] as z.ZodType;
}

function anyWithin(schema: z.ZodType, mark: Mark): boolean {
  if (isMarked(schema, mark)) return true;
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject)
    return Object.values(inner.shape).some((field) => anyWithin(field as z.ZodType, mark));
  if (inner instanceof z.ZodArray) return anyWithin(inner.element as z.ZodType, mark);
  if (inner instanceof z.ZodUnion) return inner.options.some((option) => anyWithin(option as z.ZodType, mark));
  return false;
}
