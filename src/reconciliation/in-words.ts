/** How long, roughly: "40 s", "5 min", "3 h", "12 days". */
export function ageInWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** How much, roughly: "12 kB", "3.4 MB". */
export function bytesInWords(count: number): string {
  if (count < 1_000_000) return `${Math.round(count / 1000)} kB`;
  return count < 1_000_000_000 ? `${(count / 1_000_000).toFixed(1)} MB` : `${(count / 1_000_000_000).toFixed(1)} GB`;
}
