import { z } from 'zod';
import { variableName } from './load.ts';
import { type TerminalConfig, terminalConfigSchema } from './schema.ts';

/** One setting, for `holdfast config print --defaults` and docs/configuration.md. */
export interface SettingDescription {
  readonly key: string;
  readonly type: string;
  readonly fallback: string | null;
  readonly meaning: string;
  readonly variable: string;
  readonly secret: boolean;
  readonly restart: boolean;
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

function describeNode(path: readonly string[], node: SchemaNode): SettingDescription[] {
  const variants = node.anyOf ?? node.oneOf ?? [];
  const objects = [node, ...variants].filter((candidate) => candidate.properties !== undefined);
  const own = objects.length === 0 || node.description !== undefined ? [describeSetting(path, node)] : [];
  const seen = new Set<string>();
  const inner = objects.flatMap((object) =>
    Object.entries(object.properties ?? {}).flatMap(([key, child]) => {
      if (seen.has(key)) return [];
      seen.add(key);
      return describeNode([...path, key], child);
    }),
  );
  return path.length === 0 ? inner : [...own, ...inner];
}

function describeSetting(path: readonly string[], node: SchemaNode): SettingDescription {
  return {
    key: path.join('.'),
    type: typeOf(node),
    fallback: node.default === undefined ? null : JSON.stringify(node.default),
    meaning: node.description ?? '',
    variable: variableName(path),
    secret: node.secret === true,
    restart: node.restart === true,
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

/** The configuration with every secret replaced, for screens and logs. */
export function withoutSecrets(config: TerminalConfig): TerminalConfig {
  const { auth } = config.magento;
  const hidden = '(secret)';
  const shown =
    auth.type === 'token' ? { ...auth, token: hidden } : auth.type === 'admin' ? { ...auth, password: hidden } : auth;
  return { ...config, magento: { ...config.magento, auth: shown } };
}
