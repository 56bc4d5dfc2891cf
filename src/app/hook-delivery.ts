import type { Clock } from '../base/clock.ts'
import type { Delivery, Message } from '../base/message.ts'
import type { Rng } from '../base/rng.ts'
import { runCommandHook } from '../integrations/command-hook.ts'
import { type Hook, hookName } from '../integrations/hook-config.ts'
import { postMessage } from '../integrations/webhook/post-message.ts'
import { type Deliverer, type DelivererOptions, startDeliverer } from '../store/outbox/deliverer.ts'

export interface HookDeliveryOptions
  extends Pick<DelivererOptions, 'db' | 'onError' | 'onAttempt' | 'backoff' | 'pollMs'> {
  readonly clock: Clock
  readonly rng: Rng
  /** The targets of a model as its settings have them now. */
  readonly hooksOf: (model: string) => Promise<readonly Hook[]>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Where commands start. */
  readonly folder: string
  /** Hosts that webhooks may go to, whatever a model's settings say; left out: any. */
  readonly allowedHosts?: readonly string[]
}

/** Starts the delivery of what stands in the outbox to the commands and webhooks of the models' settings. */
export function startHookDelivery({ hooksOf, environment, folder, ...options }: HookDeliveryOptions): Deliverer {
  const { clock, allowedHosts } = options
  async function deliver(message: Message, signal: AbortSignal): Promise<Delivery> {
    const hook = (await hooksOf(message.model)).find((one) => hookName(one) === message.target)
    // Settings may come back, and a process that is about to be replaced may have old ones: it is tried again.
    if (hook === undefined) return { kind: 'failed', why: 'the settings of the model do not name this target any more' }
    if ('command' in hook) return runCommandHook(message, hook, { environment, folder }, signal)
    const hosts = allowedHosts === undefined ? {} : { allowedHosts }
    return postMessage(message, hook, { clock, environment, ...hosts }, signal)
  }
  return startDeliverer({ ...options, deliver })
}
