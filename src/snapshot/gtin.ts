/** The check digit of a GTIN without it (GS1 General Specifications §7.9.1). */
export function checkDigitOf(digits: string): string {
  const sum = [...digits]
    .reverse()
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit of a GTIN-8/12/13/14 is its check digit (GS1 General Specifications §7.9). */
export function hasCheckDigit(digits: string): boolean {
  if (!/^\d{8}$|^\d{12,14}$/.test(digits)) return false;
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = Number(digits[digits.length - 1 - fromRight]);
    sum += fromRight % 2 === 0 ? digit : digit * 3;
  }
  return sum % 10 === 0;
}

/**
 * The 12 digits of UPC-A that a UPC-E code of 8 digits (number system, six digits, check digit) is short for, or null
 * (GS1 General Specifications §5.2.3.2).
 */
export function expandUpcE(code: string): string | null {
  if (!/^[01]\d{7}$/.test(code)) return null;
  const system = code.slice(0, 1);
  const [a, b, c, d, e, f] = code.slice(1, 7);
  let body: string;
  if (f === '0' || f === '1' || f === '2') body = `${a}${b}${f}0000${c}${d}${e}`;
  else if (f === '3') body = `${a}${b}${c}00000${d}${e}`;
  else if (f === '4') body = `${a}${b}${c}${d}00000${e}`;
  else body = `${a}${b}${c}${d}${e}0000${f}`;
  const expanded = `${system}${body}${code.slice(7)}`;
  return hasCheckDigit(expanded) ? expanded : null;
}

/**
 * The form under which a barcode is kept: digits without leading zeros, so that UPC-A, EAN-13 and GTIN-14 of one article are
 * one; a shop's own codes with letters as they are, in upper case.
 */
export function normalBarcode(text: string): string {
  const code = text.trim();
  return /^\d+$/.test(code) ? code.replace(/^0+(?=\d)/, '') : code.toUpperCase();
}

/** The normal forms that a scanned or typed code may mean, the likeliest first: eight digits can be EAN-8 or UPC-E. */
export function meaningsOf(scanned: string): readonly string[] {
  const code = scanned.trim();
  const upcA = expandUpcE(code);
  return upcA === null ? [normalBarcode(code)] : [normalBarcode(code), normalBarcode(upcA)];
}
