/** Rows drawn above and below what is seen, so that scrolling meets no emptiness. */
const margin = 8;

/**
 * A list that draws only the rows that are seen, however many there are. All rows are of the same height, which the style sheet says
 * (`--row-height` of the list).
 *
 * @param {{list: HTMLElement, scroller: HTMLElement, makeRow: () => HTMLElement, showRow: (row: HTMLElement, item: any, index: number) => void}} options
 */
export function createVirtualList({ list, scroller, makeRow, showRow }) {
  let items = [];
  let height = 0;
  /** Index → element. */
  let drawn = new Map();
  let spare = [];
  let isWanted = false;

  function measure() {
    height = Number.parseFloat(getComputedStyle(list).getPropertyValue('--row-height')) || 44;
    list.style.height = `${items.length * height}px`;
  }

  function draw() {
    isWanted = false;
    const seen = scroller.getBoundingClientRect();
    const top = seen.top - list.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / height) - margin);
    const last = Math.min(items.length - 1, Math.ceil((top + seen.height) / height) + margin);
    const next = new Map();
    for (const [index, row] of drawn) {
      if (index < first || index > last) spare.push(row);
      else next.set(index, row);
    }
    for (let index = first; index <= last; index += 1) {
      let row = next.get(index);
      if (row === undefined) {
        row = spare.pop() ?? makeRow();
        row.style.transform = `translateY(${index * height}px)`;
        if (row.parentElement === null) list.append(row);
        next.set(index, row);
      }
      showRow(row, items[index], index);
    }
    for (const row of spare) row.remove();
    spare = [];
    drawn = next;
  }

  const want = () => {
    if (isWanted) return;
    isWanted = true;
    requestAnimationFrame(draw);
  };
  const again = () => {
    measure();
    for (const [index, row] of drawn) row.style.transform = `translateY(${index * height}px)`;
    want();
  };
  scroller.addEventListener('scroll', want, { passive: true });
  addEventListener('resize', again);

  return {
    /** Shows other items, or the same ones with other contents. */
    show(wanted) {
      const isLonger = wanted.length !== items.length;
      items = wanted;
      if (isLonger || height === 0) measure();
      want();
    },
    /** Brings an item into sight; `head` pixels of the scroller are covered by what sticks to its top. */
    reveal(index, head) {
      const top = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + index * height;
      if (top < head) scroller.scrollTop += top - head;
      else if (top + height > scroller.clientHeight) scroller.scrollTop += top + height - scroller.clientHeight;
      draw();
    },
    /** Rows that fit on a page. */
    page: () => Math.max(1, Math.floor(scroller.clientHeight / height) - 2),
    close() {
      scroller.removeEventListener('scroll', want);
      removeEventListener('resize', again);
    },
  };
}
