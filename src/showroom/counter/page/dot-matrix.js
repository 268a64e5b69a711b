import { glyph } from './dot-font.js';

/** Dots from one character to the next, and from one row to the next. */
const pitch = { across: 6.1, down: 9.6 };
const margin = 3;

/**
 * The pole display: draws rows of text as the dots of a vacuum fluorescent display, unlit dots included.
 * @param {HTMLElement} element
 */
export function createDotMatrix(element) {
  const canvas = /** @type {HTMLCanvasElement} */ (element.querySelector('canvas'));
  const words = /** @type {HTMLElement} */ (element.querySelector('[data-part=words]'));
  const text = /** @type {HTMLElement} */ (element.querySelector('[data-part=text]'));
  /** @type {{rows: readonly string[], lit: boolean, brightness: number}} */
  let shown = { rows: ['', ''], lit: false, brightness: 4 };

  function draw() {
    const width = canvas.clientWidth;
    if (width === 0) return;
    const columns = Math.max(16, ...shown.rows.map((row) => row.length));
    const across = columns * pitch.across - 1.1 + 2 * margin;
    const down = shown.rows.length * pitch.down - 2.6 + 2 * margin;
    const ratio = window.devicePixelRatio || 1;
    const dot = (width * ratio) / across;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(dot * down);
    canvas.style.aspectRatio = `${across} / ${down}`;
    const context = canvas.getContext('2d');
    if (context === null) return;
    const style = getComputedStyle(element);
    const lit = style.getPropertyValue('--dot-lit');
    const unlit = style.getPropertyValue('--dot-unlit');

    for (const pass of ['unlit', 'lit']) {
      if (pass === 'lit' && !shown.lit) continue;
      context.fillStyle = pass === 'lit' ? lit : unlit;
      context.shadowColor = lit;
      context.shadowBlur = pass === 'lit' ? dot * 2.2 : 0;
      context.globalAlpha = pass === 'lit' ? 0.4 + 0.15 * shown.brightness : 1;
      for (const [row, line] of shown.rows.entries()) {
        for (let column = 0; column < columns; column += 1) {
          const bits = glyph(line.charAt(column) || ' ');
          const left = margin + column * pitch.across;
          const top = margin + row * pitch.down;
          for (let x = 0; x < 5; x += 1) {
            for (let y = 0; y < 7; y += 1) {
              const on = shown.lit && ((bits[x] ?? 0) & (1 << y)) !== 0;
              if (on !== (pass === 'lit')) continue;
              context.fillRect((left + x) * dot, (top + y) * dot, dot * 0.84, dot * 0.84);
            }
          }
        }
      }
    }
  }

  new ResizeObserver(draw).observe(canvas);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);

  return {
    /**
     * @param {{rows: readonly string[], lit: boolean, brightness: number}} display
     * @param {string | null} why Why it is dark, in words; null while it is lit.
     */
    show(display, why) {
      element.dataset['lit'] = String(display.lit);
      words.hidden = why === null;
      words.textContent = why;
      const spoken = display.lit ? display.rows.map((row) => row.trim()).join('\n') : (why ?? '');
      if (text.textContent !== spoken) text.textContent = spoken;
      if (JSON.stringify(shown) === JSON.stringify(display)) return;
      shown = display;
      draw();
    },
  };
}
