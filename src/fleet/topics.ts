import { type TerminalId, terminalId } from '../platform/ids.ts';
import {
  type Channel,
  type ChannelName,
  type ClaimName,
  channels,
  claimNameSchema,
  type DeviceId,
  deviceIdSchema,
  type FleetName,
  fleetNameSchema,
  type Party,
} from './protocol.ts';

/** Whose topics: a terminal's, or those of a device that has no number yet. */
export type Address =
  | { readonly fleet: FleetName; readonly terminal: TerminalId }
  | { readonly fleet: FleetName; readonly claim: ClaimName; readonly device: DeviceId };

/** What stands where a terminal's number would. Terminal numbers are in capitals, so none is mistaken for it. */
const enrolment = 'enrolment';

export function topicOf(address: Address, channel: ChannelName): string {
  return `${rootOf(address)}/${channel}`;
}

function rootOf(address: Address): string {
  return 'terminal' in address
    ? `holdfast/${address.fleet}/${address.terminal}`
    : `holdfast/${address.fleet}/${enrolment}/${address.claim}/${address.device}`;
}

/** What a topic names; null for one that is not ours. */
export function parseTopic(topic: string): { readonly address: Address; readonly channel: ChannelName } | null {
  const parts = topic.split('/');
  const [root, fleetText = '', second = '', third = '', fourth = '', fifth] = parts;
  const fleet = fleetNameSchema.safeParse(fleetText);
  if (root !== 'holdfast' || !fleet.success) return null;
  if (second === enrolment) {
    const claim = claimNameSchema.safeParse(third);
    const device = deviceIdSchema.safeParse(fourth);
    const channel = channelNamed(fifth, true);
    if (!claim.success || !device.success || channel === null || parts.length !== 6) return null;
    return { address: { fleet: fleet.data, claim: claim.data, device: device.data }, channel };
  }
  const channel = channelNamed(third, false);
  if (channel === null || parts.length !== 4) return null;
  try {
    return { address: { fleet: fleet.data, terminal: terminalId(second) }, channel };
  } catch {
    return null;
  }
}

function channelNamed(text: string | undefined, forEnrolment: boolean): ChannelName | null {
  const found = channelNames.find((name) => name === text);
  return found !== undefined && channels[found].enrolment === forEnrolment ? found : null;
}

const channelNames = Object.keys(channels) as ChannelName[];

/** What whoever has this address reads. */
export function topicsReadAt(address: Address): readonly string[] {
  return named({ to: 'terminal' }, !('terminal' in address)).map((channel) => topicOf(address, channel));
}

/** Topics that somebody may write and read at the broker. `+` and `#` as in MQTT filters. */
export interface TopicAccess {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const named = ({ from, to }: { readonly from?: Party; readonly to?: Party }, forEnrolment: boolean): ChannelName[] =>
  channelNames.filter((name) => {
    const channel: Channel = channels[name];
    const fits = (from ?? channel.from) === channel.from && (to ?? channel.to) === channel.to;
    return fits && channel.enrolment === forEnrolment;
  });

/** All that a terminal's credentials may reach: its own topics. */
export function terminalAccess(fleet: FleetName, terminal: TerminalId): TopicAccess {
  return {
    publish: named({ from: 'terminal' }, false).map((channel) => topicOf({ fleet, terminal }, channel)),
    subscribe: topicsReadAt({ fleet, terminal }),
  };
}

/**
 * All that a batch's credential or a claim code may reach: enrolment under its own name, so that a topic proves by which claim somebody
 * asks. The devices of a batch share one, so answers are sealed to the device, and nobody but the controller may write them.
 */
export function enrolmentAccess(fleet: FleetName, claim: ClaimName): TopicAccess {
  return {
    publish: named({ from: 'terminal' }, true).map((channel) => `holdfast/${fleet}/${enrolment}/${claim}/+/${channel}`),
    subscribe: named({ to: 'terminal' }, true).map((channel) => `holdfast/${fleet}/${enrolment}/${claim}/+/${channel}`),
  };
}

/** What the fleet's controller writes and reads. */
export function controllerAccess(fleet: FleetName): TopicAccess {
  const all = (which: { readonly from?: Party; readonly to?: Party }) => [
    ...named(which, false).map((channel) => `holdfast/${fleet}/+/${channel}`),
    ...named(which, true).map((channel) => `holdfast/${fleet}/${enrolment}/+/+/${channel}`),
  ];
  return { publish: all({ from: 'controller' }), subscribe: all({ to: 'controller' }) };
}

/** What is offered goes to one of all gateways, where the broker can share a subscription (MQTT 5); what is granted is heard by all. */
export const sharedByGateways = (filter: string): string => `$share/gateways/${filter}`;

/** What a fleet's gateways write and read. `shared`: as {@link sharedByGateways}; else each hears every offer, and the first gets it. */
export function gatewayAccess(fleet: FleetName, { shared }: { readonly shared: boolean }): TopicAccess {
  const ofAll = (channel: ChannelName): string => `holdfast/${fleet}/+/${channel}`;
  const read = named({ to: 'gateway' }, false).map((channel) =>
    shared && channel === 'delivery' ? sharedByGateways(ofAll(channel)) : ofAll(channel),
  );
  return { publish: named({ from: 'gateway' }, false).map(ofAll), subscribe: read };
}

/** Whether a topic, or a filter that somebody subscribes to, lies within a filter. */
export function isWithin(topic: string, filter: string): boolean {
  const wanted = topic.split('/');
  const allowed = filter.split('/');
  for (const [index, part] of allowed.entries()) {
    if (part === '#') return true;
    const asked = wanted[index];
    if (asked === undefined || asked === '#') return false;
    if (part === '+' ? false : part !== asked) return false;
  }
  return wanted.length === allowed.length;
}
