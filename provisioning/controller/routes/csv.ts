/** Rows as CSV (RFC 4180), the keys of the first one above them. What a spreadsheet would take for a formula is made text. */
export function csv(rows: readonly Readonly<Record<string, string | number | null>>[]): string {
  const [first] = rows;
  if (first === undefined) return '';
  const keys = Object.keys(first);
  const lines = rows.map((row) => keys.map((key) => cell(row[key] ?? null)).join(','));
  return `${[keys.join(','), ...lines].join('\r\n')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
