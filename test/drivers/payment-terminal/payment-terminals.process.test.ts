import { describe } from 'vitest';
import { paymentTerminalContract } from '../../contract/payment-terminal-contract.ts';
import { describeWith } from '../../tools/needs.ts';
import { simulatedRig, zvtSerialRig, zvtTcpRig } from './payment-terminal-rigs.ts';

describe('over a network', () => {
  paymentTerminalContract('the simulated card terminal', simulatedRig);
  paymentTerminalContract('a ZVT terminal', zvtTcpRig);
});

describeWith('socat', 'over a pseudo-terminal', () => {
  paymentTerminalContract('a ZVT terminal on a serial port', zvtSerialRig);
});
