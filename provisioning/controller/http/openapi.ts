import { z } from 'zod';
import type { Route } from './route.ts';

/** The OpenAPI 3.1 document of the routes; every schema in it is the one that requests and answers are checked with. */
export function openApiDocument(routes: readonly Route[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operations = paths[route.path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[route.path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast controller',
      version,
      description: 'Runs a fleet of tills. Errors: {code, message, hint}.',
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'holdfast_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { token: [] }],
    paths,
  };
}

function operationOf(route: Route): unknown {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const query = jsonSchema(route.query, 'input') as {
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly required?: readonly string[];
  };
  const inQuery = Object.entries(query.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query.required?.includes(name) === true,
    schema,
  }));
  const body =
    route.body === null ? {} : { requestBody: { required: true, content: jsonContent(route.body, 'input') } };
  return {
    summary: route.summary,
    description: route.role === 'open' ? 'Open to everybody.' : `Needs the role "${route.role}".`,
    ...(route.role === 'open' ? { security: [] } : {}),
    parameters: [...inPath, ...inQuery],
    ...body,
    responses: {
      '200': { description: 'Done', content: jsonContent(route.answer, 'output') },
      default: { description: 'Refused, with the reason', content: jsonContent(errorSchema, 'output') },
    },
  };
}

export const errorSchema = z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() });

const jsonContent = (schema: z.ZodType, io: 'input' | 'output') => ({
  [schema instanceof z.ZodString ? 'text/plain' : 'application/json']: { schema: jsonSchema(schema, io) },
});

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};
