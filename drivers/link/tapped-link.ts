import type { Link, LinkOpener } from './link.ts';

/** Told of every byte that travels; must not throw. */
export type LinkTap = (direction: 'sent' | 'received', bytes: Uint8Array) => void;

/** The same place, with somebody listening on its line: for `holdfast devices monitor`. */
export function tappedLink(opener: LinkOpener, tap: LinkTap): LinkOpener {
  return {
    description: opener.description,
    async open(signal) {
      const link = await opener.open(signal);
      link.onData((bytes) => tap('received', bytes));
      const tapped: Link = {
        async write(bytes, timeout) {
          await link.write(bytes, timeout);
          tap('sent', bytes);
        },
        onData: (listener) => link.onData(listener),
        onClose: (listener) => link.onClose(listener),
        close: () => link.close(),
      };
      return tapped;
    },
  };
}
