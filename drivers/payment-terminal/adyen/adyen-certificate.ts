/**
 * Whom the certificate of an Adyen terminal is made out to: its model and serial number (the POIID), or what all terminals
 * shared before, under the test or the live environment. Adyen's own client checks the same.
 */
export function isAdyenTerminal(poiId: string): (commonName: string) => boolean {
  return (commonName) => {
    const [, holder = ''] =
      /^([A-Za-z0-9]+-[A-Za-z0-9]+(?:-certificate)?)\.(?:live|test)\.terminal\.adyen\.com$/.exec(commonName) ?? [];
    return holder.toLowerCase() === poiId.toLowerCase() || holder === 'legacy-terminal-certificate';
  };
}
