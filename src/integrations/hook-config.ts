import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { MESSAGE_EVENTS, type MessageEvent } from '../base/message.ts'

const VARIABLE = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)

const timeout = z.number().min(1).max(120).default(30).describe('An attempt that takes longer failed. Seconds.')

const on = z.array(z.enum(MESSAGE_EVENTS)).min(1).max(MESSAGE_EVENTS.length).describe('What it is told of.')

const CommandPart = {
  command: z
    .array(z.string().min(1).max(4096))
    .min(1)
    .max(64)
    .describe('A program and its arguments; no shell reads them. It gets the message as JSON on its input.'),
  environment: z
    .array(VARIABLE)
    .max(32)
    .default([])
    .describe("Variables of Keepfit's environment that the program gets, by name; no others."),
  timeout,
}

const WebhookPart = {
  webhook: z
    .strictObject({
      url: z.string().max(2048).describe('Where the message is posted, signed as Standard Webhooks has it.'),
      secretEnv: VARIABLE.describe('The variable that holds the secret: whsec_ and 24 to 64 bytes in base64.'),
      allow: z
        .array(z.enum(['loopback', 'private']))
        .max(2)
        .default([])
        .describe('Addresses that are refused otherwise: this machine (loopback), or the local network (private).'),
    })
    .superRefine(({ url, allow }, context) => {
      const problem = urlProblem(url, allow)
      if (problem !== undefined) context.addIssue({ code: 'custom', path: ['url'], message: problem })
    })
    .describe('A signed message over HTTP.'),
  timeout,
}

const CommandHook = z.strictObject({ on, ...CommandPart })
const WebhookHook = z.strictObject({ on, ...WebhookPart })

/** One target and what it wants to hear. */
export const HookShape = z.union([CommandHook, WebhookHook])
export type CommandHook = z.output<typeof CommandHook>
export type WebhookHook = z.output<typeof WebhookHook>
export type Hook = CommandHook | WebhookHook

/** A target whose events are told by the key under which it stands: `onPromote`, `onRollback`. */
export const ShorthandShape = z.union([z.strictObject(CommandPart), z.strictObject(WebhookPart)])

/** The keys of a model that say who is told of what. */
export const HookKeys = {
  hooks: z.array(HookShape).max(16).default([]).describe('Who is told of what happens to the model.'),
  onPromote: ShorthandShape.optional().describe('Told when a version is promoted, adopted or reinstated.'),
  onRollback: ShorthandShape.optional().describe('Told when a version that answered before answers again.'),
}
const HookSettings = z.strictObject(HookKeys)
export type HookSettings = z.output<typeof HookSettings>

const ON_PROMOTE: readonly MessageEvent[] = ['promoted', 'adopted', 'reinstated']
const ON_ROLLBACK: readonly MessageEvent[] = ['rolled-back', 'returned']

/** Every target of a model, the shorthands written out. */
export function hooksOf({ hooks, onPromote, onRollback }: HookSettings): readonly Hook[] {
  return [
    ...hooks,
    ...(onPromote === undefined ? [] : [{ on: [...ON_PROMOTE], ...onPromote }]),
    ...(onRollback === undefined ? [] : [{ on: [...ON_ROLLBACK], ...onRollback }]),
  ]
}

/** Names of the targets that want to hear of an event, each once. */
export function targetsOf(hooks: readonly Hook[], event: MessageEvent): readonly string[] {
  return [...new Set(hooks.filter(({ on }) => on.includes(event)).map(hookName))]
}

/**
 * Name of a target, by which messages wait for it. It tells where they go and keeps the rest to itself: paths and
 * arguments may hold secrets. Another event, time limit or secret leaves it the same.
 * @returns such as `webhook hooks.example.com 3f2a9c01` or `command notify.sh 91bc00aa`
 */
export function hookName(hook: Hook): string {
  if ('command' in hook) return `command ${basename(hook.command[0] ?? '')} ${short(JSON.stringify(hook.command))}`
  return `webhook ${new URL(hook.webhook.url).host} ${short(hook.webhook.url)}`
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8)
}

/** What is wrong with the address of a webhook; undefined when nothing is. The address is not repeated: it may hold a secret. */
function urlProblem(text: string, allow: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL such as https://hooks.example.com/keepfit'
  const { protocol, username, password, hash } = new URL(text)
  if (username !== '' || password !== '') return 'must not hold a user or password'
  if (hash !== '') return 'must not have a part after #'
  if (protocol === 'https:') return undefined
  if (protocol !== 'http:') return `must begin with https://; got ${protocol}//`
  return allow.length > 0 ? undefined : 'must begin with https://; http:// only beside allow: [loopback] or [private]'
}
