/** What a receipt printer says of itself, whatever its language. */
export interface PrinterStatus {
  readonly online: boolean;
  readonly paper: 'ok' | 'near-end' | 'out' | 'unknown';
  readonly coverOpen: boolean;
  readonly fault: 'none' | 'cutter' | 'unrecoverable' | 'recovering' | 'other';
  /** Level of the drawer connector's pin 3; what it means depends on the drawer. */
  readonly drawerPin: 'high' | 'low' | 'unknown';
}

export const unknownStatus: PrinterStatus = {
  online: true,
  paper: 'unknown',
  coverOpen: false,
  fault: 'none',
  drawerPin: 'unknown',
};

/** Why nothing can be printed now, in plain words; null when something can. */
export function obstacle(status: PrinterStatus): string | null {
  if (status.coverOpen) return 'the cover is open';
  if (status.paper === 'out') return 'paper is out';
  switch (status.fault) {
    case 'cutter':
      return 'the cutter is jammed';
    case 'unrecoverable':
      return 'the printer reports a fault; switch it off and on again';
    case 'recovering':
      return 'the print head is too hot; it goes on by itself';
    case 'other':
      return 'the printer reports an error';
    case 'none':
      return status.online ? null : 'the printer is offline';
  }
}
