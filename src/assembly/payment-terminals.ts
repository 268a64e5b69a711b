import type { LinkOpener } from '../../drivers/link/link.ts';
import { isAdyenTerminal } from '../../drivers/payment-terminal/adyen/adyen-certificate.ts';
import { createAdyenTerminal } from '../../drivers/payment-terminal/adyen/adyen-terminal.ts';
import type { PaymentTerminal } from '../../drivers/payment-terminal/payment-terminal.ts';
import { createSimulatedPaymentTerminal } from '../../drivers/payment-terminal/simulated-payment-terminal.ts';
import { createSquareClient, type SquareClient } from '../../drivers/payment-terminal/square/square-client.ts';
import { createSquareTerminal } from '../../drivers/payment-terminal/square/square-terminal.ts';
import { createWorldpayTerminal } from '../../drivers/payment-terminal/worldpay/worldpay-terminal.ts';
import { createZvtPaymentTerminal } from '../../drivers/payment-terminal/zvt/zvt-payment-terminal.ts';
import type { LinkConfig } from '../config/link-schema.ts';
import type { PaymentTerminalConfig } from '../config/payment-terminal-schema.ts';
import type { Clock } from '../platform/clock.ts';
import type { DurableFiles } from '../platform/durable-files.ts';
import type { Logger } from '../platform/log.ts';
import type { Random } from '../platform/random.ts';
import { createNodeTransport } from '../platform/system-http-transport.ts';
import { readConfiguredFile } from './secrets.ts';

export interface PaymentTerminalParts {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Serial lines and sockets, as all devices get them. */
  opener(link: LinkConfig): LinkOpener;
  /** The till's number, for terminals that must be told who asks. */
  readonly terminalId: string;
  /** What the till sells in, ISO 4217. */
  readonly currency: string;
  /** Width of the till's paper. */
  readonly columns: number;
  /** Where a driver notes what only it can know. */
  readonly files: DurableFiles;
}

/** The driver that the configuration names. Throws `config.invalid` for a file that can't be read. */
export function createPaymentTerminal(
  config: PaymentTerminalConfig | null,
  parts: PaymentTerminalParts,
): PaymentTerminal | null {
  if (config === null) return null;
  switch (config.driver) {
    case 'simulated':
      return createSimulatedPaymentTerminal({ ...parts, opener: parts.opener(config.link) });
    case 'zvt':
      return createZvtPaymentTerminal({
        ...parts,
        opener: parts.opener(config.link),
        transport: config.link.type,
        password: config.password,
        printing: config.printsOn,
        characterSet: config.characterSet,
      });
    case 'adyen':
      return adyenTerminal(config, parts);
    case 'worldpay': {
      const { name, clock, log, opener } = parts;
      const { host, requestPort, messagePort } = config;
      return createWorldpayTerminal({
        name,
        requests: opener({ type: 'tcp', host, port: requestPort }),
        messages: opener({ type: 'tcp', host, port: messagePort }),
        clock,
        log,
      });
    }
    case 'square': {
      const { deviceId, locationId } = config;
      const { name, clock, log } = parts;
      return createSquareTerminal({ name, client: squareClient(config, clock), deviceId, locationId, clock, log });
    }
  }
}

/** Square's API as the configuration says; also for payouts and later outcomes. */
export function squareClient(
  { baseUrl, accessTokenFile }: Extract<PaymentTerminalConfig, { driver: 'square' }>,
  clock: Clock,
): SquareClient {
  const setting = 'devices.paymentTerminal.accessTokenFile';
  return createSquareClient({
    baseUrl,
    accessToken: readConfiguredFile(setting, accessTokenFile, 'the access token'),
    transport: createNodeTransport(),
    clock,
  });
}

function adyenTerminal(
  { host, port, poiId, saleId, key, certificateAuthorityFile }: Extract<PaymentTerminalConfig, { driver: 'adyen' }>,
  { name, clock, random, log, terminalId }: PaymentTerminalParts,
): PaymentTerminal {
  const setting = 'devices.paymentTerminal';
  const passphrase = readConfiguredFile(`${setting}.key.passphraseFile`, key.passphraseFile, 'the passphrase');
  const certificateAuthority = readConfiguredFile(
    `${setting}.certificateAuthorityFile`,
    certificateAuthorityFile,
    'the root certificate',
  );
  return createAdyenTerminal({
    name,
    host,
    port,
    parties: { saleId: saleId === '' ? terminalId : saleId, poiId },
    key: { identifier: key.identifier, version: key.version, passphrase },
    transport: createNodeTransport({ certificateAuthority, isPeer: isAdyenTerminal(poiId) }),
    clock,
    random,
    log,
  });
}
