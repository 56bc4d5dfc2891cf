import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { MESSAGE_EVENTS } from '../base/message.ts'
import { type Hook, HookKeys, hookName, hooksOf, targetsOf } from './hook-config.ts'

const Settings = z.strictObject(HookKeys)
const webhook = (url: string, allow: string[] = []) => ({ url, secretEnv: 'SECRET', allow })
const parsed = (settings: unknown) => Settings.safeParse(settings)
const problem = (url: string, allow: string[] = []) =>
  parsed({ hooks: [{ on: ['promoted'], webhook: webhook(url, allow) }] }).error?.message ?? 'fine'

test('shorthands are hooks with their own events', () => {
  const settings = Settings.parse({
    hooks: [{ on: ['run-failed'], command: ['page'] }],
    onPromote: { command: ['deploy'] },
    onRollback: { webhook: webhook('https://a.example/x') },
  })
  expect(hooksOf(settings).map(({ on }) => on)).toEqual([
    ['run-failed'],
    ['promoted', 'adopted', 'reinstated'],
    ['rolled-back', 'returned'],
  ])
  expect(hooksOf(Settings.parse({}))).toEqual([])
})

test('an event goes to each target that wants it, once', () => {
  const hooks = hooksOf(
    Settings.parse({
      hooks: [
        { on: ['promoted', 'proposed'], command: ['deploy', 'now'] },
        { on: ['proposed'], command: ['page'] },
      ],
      onPromote: { command: ['deploy', 'now'], timeout: 5 },
    }),
  )
  expect(targetsOf(hooks, 'promoted')).toEqual([hookName(hooks[0] as Hook)])
  expect(targetsOf(hooks, 'proposed')).toHaveLength(2)
  expect(targetsOf(hooks, 'run-failed')).toEqual([])
})

test('the name of a target tells where it is, and no path or argument', () => {
  const [first, second, third] = hooksOf(
    Settings.parse({
      hooks: [
        { on: ['promoted'], webhook: webhook('https://hooks.example.com/T0/secret') },
        { on: ['promoted'], webhook: webhook('https://hooks.example.com/T0/other') },
        { on: ['promoted'], command: ['/opt/bin/notify.sh', '--key', 'secret'] },
      ],
    }),
  ) as [Hook, Hook, Hook]
  expect(hookName(first)).toMatch(/^webhook hooks\.example\.com [0-9a-f]{8}$/)
  expect(hookName(second)).not.toBe(hookName(first))
  expect(hookName(third)).toMatch(/^command notify\.sh [0-9a-f]{8}$/)
})

test('an address that is not safe is refused, without repeating it', () => {
  expect(problem('https://a.example/x')).toBe('fine')
  expect(problem('http://a.example/x')).toContain('must begin with https://')
  expect(problem('http://127.0.0.1:9/x', ['loopback'])).toBe('fine')
  expect(problem('file:///etc/passwd')).toContain('must begin with https://')
  expect(problem('https://me:hush@a.example')).toContain('user or password')
  expect(problem('https://me:hush@a.example')).not.toContain('hush')
  expect(problem('nonsense')).toContain('must be a URL')
  expect(problem('https://a.example', ['anything'])).not.toBe('fine')
})

test('a hook is a command or a webhook, and listens to something', () => {
  expect(parsed({ hooks: [{ on: [], command: ['x'] }] }).success).toBe(false)
  expect(parsed({ hooks: [{ on: ['promoted'], command: [] }] }).success).toBe(false)
  expect(parsed({ hooks: [{ on: ['deployed'], command: ['x'] }] }).success).toBe(false)
  expect(parsed({ hooks: [{ on: ['promoted'], command: ['x'], webhook: webhook('https://a.example') }] }).success).toBe(
    false,
  )
  expect(parsed({ onPromote: { command: ['x'], on: ['promoted'] } }).success).toBe(false)
  expect(parsed({ onPromote: { command: 'rm -rf /' } }).success).toBe(false)
})

test('the page about hooks shows settings that are accepted, and every event', () => {
  const page = readFileSync(new URL('../../docs/hooks.md', import.meta.url), 'utf8')
  const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? ''
  expect(hooksOf(Settings.parse(parse(example)))).toHaveLength(3)
  const table = page.slice(page.indexOf('| event | when |'), page.indexOf('`onPromote` stands'))
  const rows = table.split('\n').filter((line) => line.startsWith('| `'))
  const named = rows.flatMap((line) =>
    [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map(([, event]) => event),
  )
  expect([...named].sort()).toEqual([...MESSAGE_EVENTS].sort())
})
