/** Shows moments on the clock of a zone (IANA). Throws a RangeError for an unknown zone. */
export type ZoneFormat = (timeZone: string) => Intl.DateTimeFormat;

/** Made once for each zone: making a format takes a hundred times longer than using it. */
export function zoneFormat(locale: string, options: Omit<Intl.DateTimeFormatOptions, 'timeZone'>): ZoneFormat {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    let format = made.get(timeZone);
    if (format === undefined) {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone });
      made.set(timeZone, format);
    }
    return format;
  };
}

/** `YYYY-MM-DD`: the Swedish way of writing dates is ISO 8601's. */
export const isoDay: ZoneFormat = zoneFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' });
