import type { TopicAccess } from '../../src/fleet/topics.ts';

/**
 * What Mosquitto's dynamic security plugin is told and keeps (Mosquitto: plugins/dynamic-security/README.md): nobody may do anything
 * unless a role says so, and every account has a role of its own, of its own name.
 */
export const controlTopic = '$CONTROL/dynamic-security/v1';
export const answerTopic = `${controlTopic}/response`;

export interface RoleAcl {
  readonly acltype: 'publishClientSend' | 'publishClientReceive' | 'subscribePattern' | 'unsubscribePattern';
  readonly topic: string;
  readonly priority: number;
  readonly allow: boolean;
}

/** Also what is received is granted by name: a session that another left behind brings nothing. */
export function aclsOf({ publish, subscribe }: TopicAccess): readonly RoleAcl[] {
  const allow = (acltype: RoleAcl['acltype'], topic: string): RoleAcl => ({ acltype, topic, priority: 0, allow: true });
  return [
    ...publish.map((topic) => allow('publishClientSend', topic)),
    ...subscribe.flatMap((topic) => [
      allow('subscribePattern', topic),
      allow('unsubscribePattern', topic),
      allow('publishClientReceive', withoutShare(topic)),
    ]),
  ];
}

/** A message of a shared subscription comes by its own topic. */
const withoutShare = (filter: string): string =>
  filter.startsWith('$share/') ? filter.split('/').slice(2).join('/') : filter;

/** Making accounts at the broker, and hearing what became of it. */
export const accountsAccess: TopicAccess = { publish: [controlTopic], subscribe: [answerTopic] };

/** What is allowed to an account without a role: nothing. */
export const nothingByDefault = {
  publishClientSend: false,
  publishClientReceive: false,
  subscribe: false,
  unsubscribe: false,
} as const;
