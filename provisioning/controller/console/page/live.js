/**
 * What the controller tells while the page is open (GET /api/changes).
 *
 * @param {{terminals: (change: any) => void, collections: (names: string[]) => void, connection: (isThere: boolean, isAgain: boolean) => void}} listeners
 */
export function listen({ terminals, collections, connection }) {
  let source = null;
  let times = 0;

  function open() {
    source?.close();
    source = new EventSource('/api/changes');
    source.addEventListener('open', () => {
      times += 1;
      connection(true, times > 1);
    });
    source.addEventListener('error', () => connection(false, false));
    source.addEventListener('terminals', (event) => terminals(JSON.parse(event.data)));
    source.addEventListener('collections', (event) => collections(JSON.parse(event.data)));
  }

  open();
  // A stream whose network went away may seem open for minutes.
  addEventListener('offline', () => connection(false, false));
  addEventListener('online', open);
}
