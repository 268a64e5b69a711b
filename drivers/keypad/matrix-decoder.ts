export interface Position {
  readonly row: number;
  readonly column: number;
}

/** One scan of a key matrix: `[row][column]`, true where a contact was seen. */
export type MatrixScan = readonly (readonly boolean[])[];

interface KeyState {
  held: boolean;
  /** Scans in a row that showed the other state. */
  different: number;
}

/**
 * Scans of a key matrix → keys. By level, not by edge: a key counts as pressed or let go after that many equal scans, so
 * that bouncing contacts and single disturbed readings do nothing. What can't be believed changes nothing until it is over:
 * three pressed keys that make a fourth appear (they stand on the corners of a rectangle, and the matrix has no diodes), and
 * a column in which every key appears pressed (its wire has lost its pull-up or touches ground).
 */
export class MatrixDecoder {
  readonly #samples: number;
  readonly #states: readonly (readonly KeyState[])[];

  constructor(rows: number, columns: number, samples: number) {
    this.#samples = samples;
    this.#states = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => ({ held: false, different: 0 })),
    );
  }

  /** The keys that this scan completes the press of, in reading order. */
  scan(seen: MatrixScan): readonly Position[] {
    const pressed: Position[] = [];
    for (const [row, states] of this.#states.entries()) {
      for (const [column, state] of states.entries()) {
        const down = seen[row]?.[column] === true;
        if (down === state.held || isAmbiguous(seen, row, column)) {
          state.different = 0;
          continue;
        }
        state.different += 1;
        if (state.different < this.#samples) continue;
        state.held = down;
        state.different = 0;
        if (down) pressed.push({ row, column });
      }
    }
    return pressed;
  }

  isHeld({ row, column }: Position): boolean {
    return this.#states[row]?.[column]?.held === true;
  }
}

/** Whether the key is a corner of a rectangle of which all four corners appear pressed, or all of its column does. */
function isAmbiguous(seen: MatrixScan, row: number, column: number): boolean {
  const cells = seen[row];
  if (cells?.[column] !== true) return false;
  if (seen.length > 2 && seen.every((other) => other[column] === true)) return true;
  return seen.some(
    (other, index) =>
      index !== row && other[column] === true && other.some((down, at) => at !== column && down && cells[at] === true),
  );
}
