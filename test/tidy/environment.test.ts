import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { SourceText } from './source.ts'
import { filesOf } from './tree.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGE = 'docs/operating.md'

/** Where a name comes from the configuration, a list beside it, or an artifact: such names cannot be written down. */
const NAMED_BY_USERS: ReadonlySet<string> = new Set([
  'src/app/up/source-windows.ts: trainFrom.databaseEnv',
  'src/base/command-line.ts: name',
  'src/integrations/command-hook.ts: name',
  'src/integrations/webhook/post-message.ts: name',
  'src/runtimes/command.ts: name',
  'src/runtimes/http.ts: variable',
  'src/trainers/command/run-command.ts: name',
])

const NAME = /^[A-Z][A-Z0-9_]*$/
/** `environment['A']`, `world.env[A]`, `env.A`, and whole lists of names that are taken from one. */
const READ = /\b(?:env|environment)(?:\?\.)?(?:\[([^\]\n]+)\]|\.([A-Z][A-Z0-9_]*)\b)/g
const TAKEN = /\bconst \{([^{}]*)\} = (?:\w+\.)*(?:env|environment)\b/g
const PASSED = /\bconst ALWAYS = \[([^\]]*)\]/g

/** Variables that a file reads, and what it reads without saying which. */
function readIn({ path, text }: SourceText): { readonly names: string[]; readonly unknown: string[] } {
  const names: string[] = []
  const unknown: string[] = []
  for (const [, index, property] of text.matchAll(READ)) {
    const said = index ?? `'${property}'`
    const constant = new RegExp(`const ${said.replaceAll(/\W/g, '.')} = '([^']+)'`).exec(text)?.[1]
    const name = constant ?? /^(['"`])(.*)\1$/.exec(said)?.[2]
    if (name !== undefined && NAME.test(name)) names.push(name)
    else unknown.push(`${path}: ${said}`)
  }
  for (const [, list = ''] of text.matchAll(TAKEN))
    names.push(...list.split(',').map((one) => one.split(':')[0]?.trim() ?? ''))
  for (const [, list = ''] of text.matchAll(PASSED))
    names.push(...Array.from(list.matchAll(/'([^']+)'/g), ([, one = '']) => one))
  return { names: names.filter((name) => name !== ''), unknown }
}

test('every way to read a variable is seen', () => {
  const read = (text: string) => readIn({ path: 'a.ts', text })
  expect(read(`environment['ONE'] ?? env["TWO"]; world.environment.THREE; process.env['FOUR']`).names).toEqual([
    'ONE',
    'TWO',
    'THREE',
    'FOUR',
  ])
  expect(read(`const LIST = 'FIVE'\nenvironment[LIST]`)).toEqual({ names: ['FIVE'], unknown: [] })
  expect(read('const { SIX, SEVEN: seven } = process.env').names).toEqual(['SIX', 'SEVEN'])
  expect(read(`const ALWAYS = ['EIGHT', 'NINE'] as const`).names).toEqual(['EIGHT', 'NINE'])
  expect(read('environment[name]')).toEqual({ names: [], unknown: ['a.ts: name'] })
})

test('the variables that the product reads are those of the table of the manual', () => {
  const files = filesOf(ROOT, 'src').filter(({ path }) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  const read = files.map(readIn)
  const [, section = ''] = readFileSync(`${ROOT}${PAGE}`, 'utf8').split('\n## Environment variables\n')
  const rows = (section.split('\n## ')[0] ?? '').matchAll(/^\| ((?:`[A-Z0-9_]+`(?:, )?)+) \|/gm)
  const documented = [...rows].flatMap(([, cell = '']) =>
    Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name),
  )
  expect(documented.sort()).toEqual([...new Set(read.flatMap(({ names }) => names))].sort())
  expect(new Set(read.flatMap(({ unknown }) => unknown))).toEqual(NAMED_BY_USERS)
})
