import type { ViewName } from '../../state/view.ts';
import { bind, onlyIn } from '../binding.ts';
import { all, type Condition, manages, online } from '../context.ts';

const LIST: readonly ViewName[] = ['webhooks'];
const INSIDE: readonly ViewName[] = ['webhook'];
const BOTH: readonly ViewName[] = [...LIST, ...INSIDE];
const ELSEWHERE = 'webhooks are in Webhooks (8)';

const onWebhook: Condition = (c) => (c.webhook ? undefined : 'no webhook is selected');
const hasDead: Condition = (c) => (c.webhook?.dead ? undefined : 'no delivery to it was given up');
const deliverable: Condition = ({ deliveries }) => {
  if (deliveries.length === 0) return 'no delivery is selected';
  return deliveries.some(({ state }) => state !== 'pending') ? undefined : 'it goes out by itself';
};
const aWebhook = all(manages, onWebhook, online);

/** What is done to webhooks and to what is delivered to them. */
export const WEBHOOKS_KEYS = [
  onlyIn(
    BOTH,
    'webhooks are made in Webhooks (8)',
    bind('newWebhook', ['n'], 'Webhooks', 'new', 'send events to another URL', all(manages, online), LIST),
  ),
  onlyIn(
    LIST,
    ELSEWHERE,
    bind(
      'redeliverDead',
      ['r'],
      'Webhooks',
      'redeliver',
      'deliver again all that was given up',
      all(aWebhook, hasDead),
      LIST,
    ),
  ),
  onlyIn(
    INSIDE,
    'deliveries are inside a webhook: Enter goes into one',
    bind(
      'redeliver',
      ['r'],
      'Webhooks',
      'redeliver',
      'deliver again the selected one or all that are marked, whatever became of them',
      all(manages, deliverable, online),
      INSIDE,
    ),
  ),
  onlyIn(
    INSIDE,
    'deliveries are inside a webhook: Enter goes into one',
    bind(
      'redeliverAll',
      ['A'],
      'Webhooks',
      'all dead',
      'deliver again all that was given up',
      all(aWebhook, hasDead),
      INSIDE,
    ),
  ),
  onlyIn(
    BOTH,
    ELSEWHERE,
    bind(
      'pingWebhook',
      ['p'],
      'Webhooks',
      'ping',
      'send a test message now, and tell how it went',
      aWebhook,
      BOTH,
    ),
  ),
  onlyIn(
    BOTH,
    ELSEWHERE,
    bind('switchWebhook', ['x'], 'Webhooks', 'on/off', 'send nothing for now, or send again', aWebhook, BOTH),
  ),
  onlyIn(
    BOTH,
    ELSEWHERE,
    bind('editWebhook', ['e'], 'Webhooks', 'edit', 'change where and what is sent', aWebhook, BOTH),
  ),
  onlyIn(
    BOTH,
    ELSEWHERE,
    bind(
      'newSecret',
      ['S'],
      'Webhooks',
      'secret',
      'replace the secret that signs, and show the new one this once (asks first)',
      aWebhook,
    ),
  ),
  onlyIn(
    BOTH,
    ELSEWHERE,
    bind(
      'deleteWebhook',
      ['X'],
      'Webhooks',
      'delete',
      'send nothing there any more (asks first)',
      aWebhook,
      BOTH,
    ),
  ),
];
