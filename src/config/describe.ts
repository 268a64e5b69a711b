import { z } from 'zod';
import { type TerminalConfig, terminalConfigSchema } from './schema.ts';
import { isMarked, unwrapped } from './schema-marks.ts';
import { variableName } from './variable-name.ts';

/** One setting, for `holdfast config print --defaults` and docs/configuration.md. */
export interface SettingDescription {
  readonly key: string;
  readonly type: string;
  readonly fallback: string | null;
  readonly meaning: string;
  readonly variable: string;
  readonly secret: boolean;
  readonly restart: boolean;
  /** The device's own: no fleet sets it. */
  readonly device: boolean;
}

interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly default?: unknown;
  readonly description?: string;
  readonly secret?: boolean;
  readonly restart?: boolean;
  readonly device?: boolean;
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Every setting in the order of the schema. */
export function describeSettings(): SettingDescription[] {
  // z.toJSONSchema answers plain JSON Schema; the fields read here are all optional in SchemaNode.
  const schema = z.toJSONSchema(terminalConfigSchema, { io: 'input' }) as SchemaNode;
  return describeNode([], schema);
}

function describeNode(path: readonly string[], node: SchemaNode, within = false): SettingDescription[] {
  const device = within || node.device === true;
  const objects = variantsOf(node).filter((candidate) => candidate.properties !== undefined);
  const own = objects.length === 0 || node.description !== undefined ? [describeSetting(path, node, device)] : [];
  const inner = [...childrenOf(objects)].flatMap(([key, children]) =>
    describeNode([...path, key], merged(children), device),
  );
  return path.length === 0 ? inner : [...own, ...inner];
}

/** The node and all that it may be instead, however deep ("null, or one of these drivers"). */
function variantsOf(node: SchemaNode): readonly SchemaNode[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(variantsOf)];
}

/** The settings of all variants of an object, by name. */
function childrenOf(objects: readonly SchemaNode[]): ReadonlyMap<string, readonly SchemaNode[]> {
  const children = new Map<string, SchemaNode[]>();
  for (const { properties = {} } of objects) {
    for (const [key, child] of Object.entries(properties)) children.set(key, [...(children.get(key) ?? []), child]);
  }
  return children;
}

/** A setting that several variants have: what distinguishes them as a choice, everything that is said about it. */
function merged(nodes: readonly SchemaNode[]): SchemaNode {
  const [first = {}] = nodes;
  const constants = nodes.flatMap((node) => (node.const === undefined ? [] : [node.const]));
  if (constants.length === nodes.length && nodes.length > 1) return { enum: constants };
  const meanings = new Set(nodes.flatMap((node) => (node.description === undefined ? [] : [node.description])));
  return meanings.size > 1 ? { ...first, description: [...meanings].join('; ') } : first;
}

function describeSetting(path: readonly string[], node: SchemaNode, device: boolean): SettingDescription {
  return {
    key: path.join('.'),
    type: typeOf(node),
    fallback: node.default === undefined ? null : JSON.stringify(node.default),
    meaning: node.description ?? '',
    variable: variableName(path),
    secret: node.secret === true,
    restart: node.restart === true,
    device,
  };
}

function typeOf(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = node.anyOf ?? node.oneOf;
  if (variants !== undefined) return [...new Set(variants.map(typeOf))].join(' | ');
  if (node.type === 'array' && node.items !== undefined) return `list of ${typeOf(node.items)}`;
  return Array.isArray(node.type) ? node.type.join(' | ') : String(node.type ?? 'any');
}

/** The configuration with every secret replaced, for screens and logs: whatever the schema marks as one. */
export function withoutSecrets(config: TerminalConfig): TerminalConfig {
  // Only texts are replaced, by a text: the shape stays.
  return hidden(terminalConfigSchema, config) as TerminalConfig;
}

function hidden(schema: z.ZodType, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (isMarked(schema, 'secret')) return '(secret)';
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject && typeof value === 'object') {
    const fields = Object.entries(value).map(([name, field]) => {
      const rule = inner.shape[name] as z.ZodType | undefined;
      return [name, rule === undefined ? field : hidden(rule, field)];
    });
    return Object.fromEntries(fields);
  }
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((element) => hidden(inner.element as z.ZodType, element));
  }
  // What is secret in one of the variants is hidden in all.
  if (inner instanceof z.ZodUnion) {
    return inner.options.reduce<unknown>((shown, option) => hidden(option as z.ZodType, shown), value);
  }
  return value;
}
