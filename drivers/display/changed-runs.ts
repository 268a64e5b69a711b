/** Cells of one row that are sent together; `row` and `column` count from 0. */
export interface Run {
  readonly row: number;
  readonly column: number;
  readonly codes: Uint8Array;
}

/**
 * What must be sent to turn the screen `shown` into `wanted`; `shown` null: everything. Changes with at most `moveCost`
 * unchanged cells between them become one run, because moving the cursor costs that many bytes.
 */
export function changedRuns(
  shown: readonly Uint8Array[] | null,
  wanted: readonly Uint8Array[],
  moveCost: number,
): readonly Run[] {
  const runs: Run[] = [];
  for (const [row, cells] of wanted.entries()) {
    const before = shown?.[row];
    let column = 0;
    while (column < cells.length) {
      if (before?.[column] === cells[column]) {
        column += 1;
        continue;
      }
      let end = column + 1;
      for (let probe = end; probe < cells.length && probe - end <= moveCost; probe += 1) {
        if (before?.[probe] !== cells[probe]) end = probe + 1;
      }
      runs.push({ row, column, codes: cells.subarray(column, end) });
      column = end;
    }
  }
  return runs;
}
