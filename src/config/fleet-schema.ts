import { z } from 'zod';

/** How a terminal is run from afar. The device's own: the fleet can't change how it is reached. */
export const fleet = z
  .strictObject({
    broker: z
      .url({ protocol: /^mqtts?$/ })
      .meta({ description: 'mqtts://broker.example:8883; mqtt:// without TLS only inside a shop.', restart: true }),
    name: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '1 to 32 of a–z, 0–9 and "-", e.g. acme')
      .meta({ description: 'The fleet’s name.', restart: true }),
    caFile: z.string().default('').meta({
      description:
        'PEM file with authorities that are trusted beside the system’s; more than one may be in it. Empty: none.',
      restart: true,
    }),
    mqttVersion: z
      .enum(['auto', '5', '3.1.1'])
      .default('auto')
      .meta({ description: 'auto: 5, and 3.1.1 where the broker does not know it.', restart: true }),
    claim: z
      .strictObject({
        username: z.string().regex(/^batch-[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, '"batch-" and a name'),
        password: z.string().min(1).max(200).meta({ secret: true }),
      })
      .nullable()
      .default(null)
      .meta({
        description:
          'The credential of a batch, to enrol with; null: a claim code is typed or scanned at the terminal.',
        restart: true,
      }),
    reportEvery: z.int().min(5_000).default(60_000).meta({
      description: 'Milliseconds between two reports of figures; what changes otherwise is told within ten seconds.',
    }),
    restartFor: z.enum(['quiet', 'never']).default('quiet').meta({
      description:
        'Settings that need a restart: restart when nobody sells (quiet), or leave that to a person or a job.',
    }),
  })
  .nullable()
  .default(null)
  .meta({
    description: 'Running the terminal from a fleet’s controller (docs/fleet.md); null: it is on its own.',
    device: true,
  });
