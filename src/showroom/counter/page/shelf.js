import { bars } from './barcode.js';
import { act } from './feed.js';

/**
 * The articles of the shop with their barcodes; a click holds one under the scanner.
 * @typedef {{sku: string, name: string, price: string, offer: string | null, barcode: string, plu: string, group: string}} Article
 */

/**
 * @param {{form: HTMLFormElement, list: HTMLElement, note: HTMLElement}} elements
 */
export function createShelf({ form, list, note }) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input'));
  /** @type {{article: Article, item: HTMLElement}[]} */
  let articles = [];

  /** @param {string} code */
  function scan(code) {
    act('scan', { code });
    note.textContent = `scanned ${code}`;
  }

  function filter() {
    const wanted = input.value.trim().toLowerCase();
    const words = wanted.split(/\s+/);
    for (const { article, item } of articles) {
      const haystack = `${article.name} ${article.sku} ${article.barcode} ${article.plu}`.toLowerCase();
      item.hidden = !words.every((word) => haystack.includes(word));
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = input.value.trim();
    if (typed === '') return;
    const found = articles.filter(({ item }) => !item.hidden);
    // Whatever can be a code is scanned as it stands; words that leave one article mean that article.
    if (found.length === 1 && found[0] !== undefined && !/^\d+$/.test(typed)) scan(found[0].article.barcode);
    else scan(typed);
    input.value = '';
    filter();
  });
  input.addEventListener('input', filter);

  return {
    /** @param {Article[]} all */
    fill(all) {
      articles = all.map((article) => ({ article, item: articleItem(article, scan) }));
      list.replaceChildren(...articles.map(({ item }) => item));
      filter();
    },
  };
}

/**
 * @param {Article} article
 * @param {(code: string) => void} scan
 */
function articleItem(article, scan) {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'article';
  button.dataset['sku'] = article.sku;
  button.setAttribute('aria-label', `Scan ${article.name}, ${article.offer ?? article.price}`);
  button.addEventListener('click', () => scan(article.barcode));

  const name = part('span', 'article-name', article.name);
  const price = part('span', 'article-price', article.offer ?? article.price);
  if (article.offer !== null) price.prepend(part('s', '', article.price), ' ');
  const code = part('span', 'article-code', '');
  const drawn = bars(article.barcode);
  if (drawn !== null) code.append(drawn);
  code.append(part('span', 'article-digits', article.barcode));
  button.append(name, price, part('span', 'article-sku', `${article.sku} · PLU ${article.plu}`), code);
  item.append(button);
  return item;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} text
 */
function part(tag, className, text) {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = text;
  return element;
}
