import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type Clock, seconds } from '../../src/platform/clock.ts';
import { codeOf, messageOf } from '../../src/platform/errors.ts';
import type { Link, LinkOpener } from './link.ts';
import { openError } from './open-error.ts';
import { OpenLink } from './open-link.ts';

/** A device in the network, e.g. a receipt printer on port 9100. */
export function tcpLink(place: { readonly host: string; readonly port: number }, clock: Clock): LinkOpener {
  return socketLink(`tcp ${place.host}:${place.port}`, { host: place.host, port: place.port }, clock);
}

/** A local socket, e.g. of a device simulated by another process. */
export function unixSocketLink(path: string, clock: Clock): LinkOpener {
  return socketLink(`socket ${path}`, { path }, clock);
}

/** A device that was taken off the network says nothing; after this much silence the kernel starts asking. */
const keepAliveAfter = seconds(10);

function socketLink(description: string, target: NetConnectOpts, clock: Clock): LinkOpener {
  return {
    description,
    open: (signal) =>
      new Promise<Link>((resolve, reject) => {
        if (signal.aborted) {
          reject(openError(description, new Error('ABORT')));
          return;
        }
        const socket = connect(target);
        const abort = (): void => refuse(new Error('ABORT'));
        const refuse = (error: unknown): void => {
          settle();
          // `destroy` may still emit an error; without a listener that would end the process.
          socket.on('error', () => undefined);
          socket.destroy();
          reject(openError(description, error));
        };
        const accept = (): void => {
          settle();
          resolve(linkOver(socket, clock));
        };
        const settle = (): void => {
          socket.off('connect', accept).off('error', refuse);
          signal.removeEventListener('abort', abort);
        };
        socket.once('connect', accept).once('error', refuse);
        signal.addEventListener('abort', abort, { once: true });
      }),
  };
}

function linkOver(socket: Socket, clock: Clock): Link {
  socket.setNoDelay(true);
  socket.setKeepAlive(true, keepAliveAfter);
  let fault = 'the device has closed the connection';
  const link = new OpenLink(
    {
      write: (bytes) =>
        new Promise((resolve, reject) => {
          socket.write(bytes, (error) => (error ? reject(new Error(words(error))) : resolve()));
        }),
      close: (discard) =>
        new Promise((resolve) => {
          if (socket.destroyed) {
            resolve();
            return;
          }
          socket.once('close', () => resolve());
          // A reset, not a goodbye: the kernel then drops what it still holds instead of delivering it late.
          if (discard && socket.writableLength > 0 && socket.localPort !== undefined) socket.resetAndDestroy();
          else socket.destroy();
        }),
    },
    clock,
  );
  socket.on('data', (bytes) => link.received(bytes));
  socket.on('error', (error) => {
    fault = words(error);
  });
  socket.on('close', () => void link.ended(fault));
  return link;
}

function words(error: Error): string {
  switch (codeOf(error)) {
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the device has cut the connection';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
      return 'the device can no longer be reached over the network';
    default:
      return messageOf(error);
  }
}
