// A till in a browser page, as many shops have: articles and sales in IndexedDB, with indexes for codes, SKU and words.
import { article } from '/dist/bench/tools/large-shop.js';

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
const completed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });

const opening = indexedDB.open('till', 1);
opening.onupgradeneeded = () => {
  const articles = opening.result.createObjectStore('article', { keyPath: 'id' });
  articles.createIndex('sku', 'sku', { unique: true });
  articles.createIndex('barcode', 'barcodes', { multiEntry: true });
  articles.createIndex('word', 'words', { multiEntry: true });
  opening.result.createObjectStore('outbox', { keyPath: 'id' }).createIndex('state', 'state');
};
const database = answered(opening);

window.till = {
  /** Milliseconds each of so many sales took, from the call to `complete`. */
  async sell(sales, durability) {
    const store = await database;
    const times = [];
    for (const sale of sales) {
      const start = performance.now();
      const transaction = store.transaction('outbox', 'readwrite', { durability });
      transaction.objectStore('outbox').put({ ...sale, state: 'queued' });
      await completed(transaction);
      times.push(performance.now() - start);
    }
    return times;
  },
  /** Milliseconds in the store, a thousand articles a transaction; making them is not counted. */
  async importArticles(count) {
    const store = await database;
    let took = 0;
    for (let from = 1; from <= count; from += 1000) {
      const records = Array.from({ length: Math.min(1000, count - from + 1) }, (_, index) => {
        const record = article(from + index);
        return { ...record, words: record.name.toLowerCase().split(' ') };
      });
      const start = performance.now();
      const transaction = store.transaction('article', 'readwrite');
      const articles = transaction.objectStore('article');
      for (const record of records) articles.add(record);
      await completed(transaction);
      took += performance.now() - start;
    }
    return took;
  },
  async lookUp(barcodes) {
    const store = await database;
    const times = [];
    for (const barcode of barcodes) {
      const start = performance.now();
      const found = await answered(store.transaction('article').objectStore('article').index('barcode').get(barcode));
      times.push(performance.now() - start);
      if (found === undefined) throw new Error(`nothing has the code ${barcode}`);
    }
    return times;
  },
};
