import { expect } from 'vitest'
import type { KeepfitPlace } from './keepfit-place.ts'

type Run = KeepfitPlace['run']
export type Refusal = readonly [words: readonly string[], sentence: string]

/** A command that is refused: one sentence, no stack, nothing on the standard output. */
export async function expectRefused(run: Run, words: readonly string[], sentence: string, code: number): Promise<void> {
  const result = await run(...words)
  expect({ words, ...result }).toMatchObject({ words, code, stdout: '' })
  expect(result.stderr).toContain(sentence)
  expect(result.stderr).not.toMatch(/\n\s+at |something broke/)
  expect(result.stderr.trim().split('\n').length).toBeLessThan(3)
}

/** Several at a time: most of it is the start of a process. */
export async function expectAllRefused(run: Run, cases: readonly Refusal[]): Promise<void> {
  const waiting = [...cases]
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await expectRefused(run, next[0], next[1], 2)
    }
  }
  await Promise.all([lane(), lane(), lane()])
}

/** Every command that takes a model, about this one. */
export function ofUnknownModel(model: string): (readonly string[])[] {
  const why = ['--because', 'somebody wants it']
  return [
    ...['versions', 'windows', 'decisions', 'runs', 'history', 'replay', 'card'].map((word) => [word, model]),
    ...['run', 'approve', 'reject', 'rollback', 'close-breaker'].map((word) => [word, model, ...why]),
    ['explain', model, '1'],
    ['diff', model, '1', '2'],
    ['logs', model, '1'],
    ['cancel', model, '1', ...why],
    ['promote', model, '1', ...why],
    ['export', 'events', '--model', model],
  ]
}
