import { z } from 'zod';

interface UsualLine {
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even';
  readonly stopBits: 1 | 2;
}

const serial = (usual: UsualLine) =>
  z.strictObject({
    type: z.literal('serial'),
    path: z.string().min(1).meta({ description: 'e.g. /dev/serial/by-id/…' }),
    baudRate: z.int().min(300).max(921_600).default(9600),
    dataBits: z.union([z.literal(7), z.literal(8)]).default(usual.dataBits),
    parity: z.enum(['none', 'even', 'odd']).default(usual.parity),
    stopBits: z.union([z.literal(1), z.literal(2)]).default(usual.stopBits),
    flowControl: z.enum(['none', 'rts-cts', 'xon-xoff']).default('none'),
  });

const port = z.int().min(1).max(65_535);

/** A serial line or a connection over the network, for protocols that both are made for; with the port that they use. */
export const serialOrTcp = (usual: UsualLine, usualPort: number) =>
  z
    .discriminatedUnion('type', [
      serial(usual),
      z.strictObject({ type: z.literal('tcp'), host: z.string().min(1), port: port.default(usualPort) }),
    ])
    .meta({ description: 'What the bytes travel on.' });

/** A serial line unless said otherwise is set as most devices leave the factory, 9600 8N1, or as `usual` says. */
export const linkUsually = (usual: Omit<UsualLine, 'stopBits'>) =>
  z
    .discriminatedUnion('type', [
      serial({ ...usual, stopBits: 1 }),
      z.strictObject({ type: z.literal('tcp'), host: z.string().min(1), port }),
      z.strictObject({
        type: z.literal('file'),
        path: z.string().min(1).meta({ description: 'a character device, e.g. /dev/usb/lp0' }),
      }),
    ])
    .meta({ description: 'What the bytes travel on.' });

export const link = linkUsually({ dataBits: 8, parity: 'none' });

export type LinkConfig = z.infer<typeof link>;
