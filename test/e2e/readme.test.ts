import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepfit } from '../support/command.ts'

const EXAMPLE = new URL('../../examples/churn/make-files.mjs', import.meta.url).pathname
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-readme-'))
  execFileSync(process.execPath, [EXAMPLE], { cwd: folder })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What the README shows below `$ npx keepfit <command> …`, and the words of that command. */
async function shown(command: string): Promise<{ words: string[]; output: string }> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
  const block = readme
    .split('```')
    .find((part) => part.includes(`$ npx keepfit ${command} january`) || part.includes(`$ npx keepfit ${command} june`))
  const lines = (block ?? '').split('\n')
  const at = lines.findIndex((line) => line.startsWith(`$ npx keepfit ${command}`))
  return { words: (lines[at] ?? '').split(' ').slice(3), output: lines.slice(at + 2).join('\n') }
}

test.each(['check', 'localise'])('the README shows what `keepfit %s` prints', async (command) => {
  const { words, output } = await shown(command)
  expect(words[0]).toBe(command)
  const { code, stdout, stderr } = await keepfit(words, folder)
  expect([code, stderr]).toEqual([1, ''])
  expect(stdout).toBe(output)
})
