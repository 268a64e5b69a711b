import type { DisplaySize } from './display.ts';

/** The cells of a display made of software, and its cursor; rows and columns count from 0. */
export class VirtualCells {
  readonly #size: DisplaySize;
  readonly #cells: string[][];
  #column = 0;
  #row = 0;

  constructor(size: DisplaySize) {
    this.#size = size;
    this.#cells = Array.from({ length: size.rows }, () => Array.from({ length: size.columns }, () => ' '));
  }

  get rows(): readonly string[] {
    return this.#cells.map((row) => row.join(''));
  }

  /** Blanks everything; the cursor goes to the beginning. */
  clear(): void {
    for (const row of this.#cells) row.fill(' ');
    this.#column = 0;
    this.#row = 0;
  }

  /** Blanks the cursor's row; the cursor goes to its beginning. */
  clearLine(): void {
    this.#cells[this.#row]?.fill(' ');
    this.#column = 0;
  }

  /** False, and nothing done, when that is outside. */
  moveTo(column: number, row: number): boolean {
    if (column < 0 || column >= this.#size.columns || row < 0 || row >= this.#size.rows) return false;
    this.#column = column;
    this.#row = row;
    return true;
  }

  /** Overwrites at the cursor, which goes on: to the next row, from the last to the first. */
  print(character: string): void {
    this.set(this.#row, this.#column, character);
    this.#column += 1;
    if (this.#column < this.#size.columns) return;
    this.#column = 0;
    this.#row = (this.#row + 1) % this.#size.rows;
  }

  set(row: number, column: number, character: string): void {
    const cells = this.#cells[row];
    if (cells !== undefined && column < cells.length) cells[column] = character;
  }
}
