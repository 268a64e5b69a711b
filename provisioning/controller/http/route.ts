import type { z } from 'zod';
import type { Role } from '../store/documents.ts';

/** Who asks. */
export interface Asker {
  readonly user: string;
  readonly role: Role;
}

/** One request of the API: who may, what it takes, what it answers. The OpenAPI document is made of it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{names}` in place of what differs, e.g. `/api/terminals/{terminal}`. */
  readonly path: string;
  readonly summary: string;
  /** The least role that may; `open`: everybody, signed in or not. */
  readonly role: Role | 'open';
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType;
  /** Whether it is written into the audit log. Never the body: it may hold a secret. */
  readonly audited: boolean;
  handle(request: ApiRequest): Promise<unknown>;
}

export interface ApiRequest {
  readonly asker: Asker;
  /** What stands in place of the path's names. */
  readonly path: Readonly<Record<string, string>>;
  /** Checked by the route's schemas. */
  readonly query: unknown;
  readonly body: unknown;
  /** The body as it comes, where the route has no schema for it. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** Adds a header to the answer. */
  header(name: string, value: string): void;
  readonly cookies: Readonly<Record<string, string>>;
}

export interface RouteOptions<Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType> {
  readonly summary: string;
  readonly role: Route['role'];
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  readonly handle: (request: {
    readonly asker: Asker;
    readonly path: Readonly<Record<string, string>>;
    readonly query: z.output<Query>;
    readonly body: z.output<Body>;
    readonly cookies: Readonly<Record<string, string>>;
    readonly stream: AsyncIterable<Uint8Array>;
    header(name: string, value: string): void;
  }) => Promise<z.output<Answer>>;
}

/** Makes routes whose handlers see what their schemas have checked. */
export function routeMaker(noQuery: z.ZodType) {
  return <Query extends z.ZodType, Body extends z.ZodType, Answer extends z.ZodType>(
    method: Route['method'],
    path: string,
    options: RouteOptions<Query, Body, Answer>,
  ): Route => ({
    method,
    path,
    summary: options.summary,
    role: options.role,
    query: options.query ?? noQuery,
    body: options.body ?? null,
    answer: options.answer,
    audited: method !== 'GET',
    // The server has read query and body by these very schemas.
    handle: (request) => options.handle(request as Parameters<typeof options.handle>[0]),
  });
}

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

export const mayDo = (role: Role, least: Role): boolean => ranks[role] >= ranks[least];

/** The lesser of two roles. */
export const lesserRole = (one: Role, other: Role): Role => (mayDo(one, other) ? other : one);
