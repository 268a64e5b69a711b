import { describe } from 'vitest';
import { cas } from '../../../drivers/scale/cas.ts';
import { toledo8217 } from '../../../drivers/scale/toledo-8217.ts';
import { VirtualCasScale, VirtualToledoScale } from '../../../drivers/scale/virtual-scale.ts';
import { scaleContract } from '../../contract/scale-contract.ts';
import { tcpRig, terminalRig } from './scale-rigs.ts';

const evenParity = { baudRate: 9600, dataBits: 7, parity: 'even', stopBits: 1, flowControl: 'none' } as const;
const noParity = { ...evenParity, dataBits: 8, parity: 'none' } as const;

describe('over a network', () => {
  scaleContract('a Toledo 8217 scale', () => tcpRig(VirtualToledoScale, toledo8217));
  scaleContract('a CAS scale', () => tcpRig(VirtualCasScale, cas));
});

describe('over a pseudo-terminal', () => {
  scaleContract('a Toledo 8217 scale on a serial port', () => terminalRig(VirtualToledoScale, toledo8217, evenParity));
  scaleContract('a CAS scale on a serial port', () => terminalRig(VirtualCasScale, cas, noParity));
});
