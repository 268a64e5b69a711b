import { z } from 'zod';
import type { Route } from '../http/route.ts';
import { type ApiParts, done, route } from './parts.ts';

const release = z.object({
  release: z.string(),
  version: z.string(),
  minimumVersion: z.string().meta({ description: 'The oldest release that it may follow.' }),
  architecture: z.string().meta({ description: 'What machines it is for, or "any".' }),
  builtAt: z.string(),
  bundleSize: z.int(),
  size: z.int(),
  signedBy: z.array(z.string()).meta({ description: 'Names of keys; terminals check the signature themselves.' }),
  changesKeys: z.boolean().meta({ description: 'Terminals trust other keys once it has proven itself there.' }),
  url: z.string().nullable().meta({ description: 'For the job "update"; null: releases.publicUrl is not set.' }),
});

export function releaseRoutes({ releases }: ApiParts): Route[] {
  return [
    route('GET', '/api/releases', {
      summary: 'List the releases that terminals can fetch here, newest first',
      role: 'viewer',
      answer: z.object({ releases: z.array(release) }),
      handle: async () => ({ releases: [...(await releases.list())].map(shown) }),
    }),
    route('POST', '/api/releases', {
      summary: 'Take a release in; the body is the bundle (application/octet-stream)',
      role: 'operator',
      answer: release,
      handle: async ({ stream }) => shown(await releases.add(stream)),
    }),
    route('DELETE', '/api/releases/{release}', {
      summary: 'Hand a release out no longer',
      role: 'operator',
      answer: done,
      handle: async ({ path }) => {
        await releases.remove(path['release'] ?? '');
        return {};
      },
    }),
  ];
}

const shown = <Offered extends { readonly signedBy: readonly string[] }>(offered: Offered) => ({
  ...offered,
  signedBy: [...offered.signedBy],
});
