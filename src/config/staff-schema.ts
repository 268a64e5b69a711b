import { z } from 'zod';
import { pinHashShape } from '../platform/pin-hash.ts';
import { guardedTopics } from '../register/staff.ts';

/** Who works at the till, and what needs somebody's leave. */

function areDifferent(values: readonly (string | null)[]): boolean {
  const given = values.filter((value) => value !== null);
  return new Set(given).size === given.length;
}

const topic = z.enum(guardedTopics);

const member = z
  .strictObject({
    name: z.string().trim().min(1).max(40),
    pinHash: z
      .string()
      .regex(pinHashShape, 'what "holdfast staff hash-pin" prints')
      .nullable()
      .default(null)
      .meta({ secret: true, description: 'Made by "holdfast staff hash-pin"; null: no PIN.' }),
    badge: z.string().trim().min(4).max(64).nullable().default(null).meta({
      secret: true,
      description: 'What the barcode of the badge says; null: no badge.',
    }),
    supervisor: z.boolean().default(false).meta({ description: 'May do and allow everything.' }),
    may: z.array(topic).default([]).meta({ description: 'What else this person may do and allow.' }),
  })
  .refine(({ pinHash, badge }) => pinHash !== null || badge !== null, 'a PIN or a badge');

export const staff = z
  .strictObject({
    members: z
      .array(member)
      .max(100)
      .default([])
      .meta({ description: 'Nobody: everybody may do everything, and nobody signs in.' }),
    signIn: z.boolean().default(false).meta({ description: 'Nothing is sold before somebody has signed in.' }),
    needLeave: z
      .array(topic)
      .default(['discount', 'price', 'return-without-receipt', 'return', 'service', 'offline-card'])
      .meta({
        description: 'What needs leave of somebody who may; discount, return and offline-card only above their limits.',
      }),
  })
  .refine(({ signIn, members }) => !signIn || members.length > 0, {
    path: ['members'],
    error: 'signIn needs somebody who can sign in',
  })
  .refine(({ members }) => areDifferent(members.map(({ badge }) => badge)), {
    path: ['members'],
    error: 'two people have the same badge',
  })
  .refine(({ members }) => areDifferent(members.map(({ pinHash }) => pinHash)), {
    path: ['members'],
    error: 'two people have the same pinHash, so the same PIN: make one of their own with "holdfast staff hash-pin"',
  })
  .prefault({});
