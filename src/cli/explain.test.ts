import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import type { ApiClient } from './api-client.ts'
import { addExplainCommand } from './explain.ts'

const TOLD = {
  model: 'churn',
  seq: 7,
  kind: 'keep',
  headline: 'Version 1 stays.',
  now: null,
  window: 3,
  aboutWindow: null,
  live: 1,
  version: null,
  why: [],
  evidence: [],
  gates: [],
  ruledOut: [],
  wouldChange: [],
  restsOn: { observation: 9, policy: 1, windows: [3], versions: [1], run: null, decisions: [] },
}
const NEWEST = {
  model: 'churn',
  seq: 7,
  kind: 'keep',
  at: 1,
  observation: 9,
  policy: 1,
  now: null,
  window: 3,
  aboutWindow: null,
  live: 1,
  version: null,
  because: [],
  evidence: [],
  verdicts: [],
}
const model = (name: string) => ({
  name,
  createdAt: 1,
  policy: 1,
  phase: 'living',
  versions: 1,
  champion: null,
  activeRun: null,
  schema: null,
})

/** Asks for an explanation of a server with these models; tells what was asked of it. */
async function explain(words: readonly string[], models: readonly string[], decisions: readonly object[] = [NEWEST]) {
  const asked: unknown[] = []
  const api = {
    async get(path: string, query?: object) {
      asked.push(query === undefined ? path : [path, query])
      if (path === '/v1/models') return { models: models.map(model) }
      return path.endsWith('/decisions') ? { decisions, proposal: null, next: null } : TOLD
    },
  } as unknown as ApiClient
  let printed = ''
  const print = (text: string) => {
    printed += text
  }
  const program = new Command().exitOverride()
  addExplainCommand(program, { api: async () => api, print })
  const failure = await program.parseAsync(['explain', ...words], { from: 'user' }).then(
    () => '',
    (error: unknown) => (error as Error).message,
  )
  return { asked, printed, failure }
}

const at = (name: string, seq: number) => `/v1/models/${name}/decisions/${seq}/explanation`
const NEWEST_OF = (name: string) => [`/v1/models/${name}/decisions`, { limit: 1 }]

describe('keepfit explain', () => {
  test.each([
    [['churn', '5'], [at('churn', 5)]],
    [['17', '5'], [at('17', 5)]],
    [['5'], ['/v1/models', at('churn', 5)]],
    [['churn'], [NEWEST_OF('churn'), at('churn', 7)]],
    [[], ['/v1/models', NEWEST_OF('churn'), at('churn', 7)]],
  ])('%j: asks for %j', async (words, paths) => {
    const { asked, printed, failure } = await explain(words, ['churn'])
    expect(failure).toBe('')
    expect(asked).toEqual(paths)
    expect(printed).toContain('churn, decision 7 (keep)')
  })

  test('with several models one must be named, and a decision must be a number', async () => {
    const { failure } = await explain([], ['churn', 'fraud'])
    expect(failure).toBe('say which model: there are 2 (churn, fraud)')
    const last = await explain(['churn', 'last'], ['churn'])
    expect([last.failure.includes("got 'last'"), last.asked]).toEqual([true, []])
  })

  test('before the first decision it says so', async () => {
    expect((await explain(['churn'], ['churn'], [])).failure).toBe("nothing has been decided about 'churn' yet")
  })
})
