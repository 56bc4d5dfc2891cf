import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { addAdoptCommand } from './adopt.ts'
import type { AdoptAsked } from './adopt-asked.ts'
import type { ApiClient } from './api-client.ts'
import { addCardCommand } from './card.ts'
import { addDiffCommand } from './diff.ts'
import { addHistoryCommand } from './history.ts'
import { addPromoteCommand } from './promote.ts'
import { addRollbackCommand } from './rollback.ts'
import { addVersionsCommand } from './versions.ts'

const VERSION = {
  model: 'churn',
  number: 2,
  origin: 'trained',
  isLive: true,
  aliases: ['audit'],
  run: { number: 5, epoch: 1 },
  artifactDigest: 'a'.repeat(64),
  artifactBytes: 10,
  createdAt: 1_700_000_000_000,
  collectedAt: null,
  cutOffAt: null,
  windows: [0, 1],
  rows: 12_345,
  snapshotMd5: null,
  trainer: {},
  parameters: {},
  metrics: {},
  verdicts: [],
  notes: [],
  trainMs: 1,
  codeVersion: '1',
  parent: null,
}
const STRETCH = {
  number: 1,
  version: 2,
  fromAt: 1_700_000_000_000,
  toAt: null,
  fromWindow: null,
  reason: 'promoted',
  decision: 3,
  actor: 'loop',
  because: 'it loses less',
}
const ORDERED = { model: 'churn', version: 2, command: 9, answer: null }
const MODEL = {
  name: 'churn',
  createdAt: 1,
  policy: 1,
  phase: 'living',
  versions: 2,
  champion: { version: 2, since: 1, reason: 'promoted' },
  activeRun: null,
  schema: { task: { kind: 'binary', classes: ['no', 'yes'] }, features: [{ name: 'x', kind: 'numeric' }] },
}

/** Runs one command against answers by path. */
async function run(argv: string[], answers: Readonly<Record<string, unknown>>) {
  const calls: unknown[] = []
  const adoptions: AdoptAsked[] = []
  let printed = ''
  const answer = (method: string, path: string, more: unknown) => {
    calls.push(more === undefined ? [method, path] : [method, path, more])
    if (!(path in answers)) throw new Fault('NOT_FOUND', `nothing at ${path}`)
    return answers[path]
  }
  const api = {
    get: async (path: string, query?: unknown) => answer('GET', path, query),
    post: async (path: string, body?: unknown) => answer('POST', path, body),
    upload: async (path: string, body: unknown, type: string, query?: unknown) =>
      answer('UP', path, [body, type, query]),
    download: async (path: string) => new Response(String(answer('DOWN', path, undefined))).body,
  } as unknown as ApiClient
  const ports = {
    api: async () => api,
    print: (text: string) => {
      printed += text
    },
    adoption: async (asked: AdoptAsked) => {
      adoptions.push(asked)
      return new Uint8Array([1, 2])
    },
  }
  const program = new Command().exitOverride()
  const commands = [addVersionsCommand, addDiffCommand, addHistoryCommand, addPromoteCommand, addRollbackCommand]
  for (const add of [...commands, addCardCommand, addAdoptCommand]) add(program, ports)
  await program.parseAsync(argv, { from: 'user' })
  return { calls, printed, adoptions }
}
const refusal = (argv: string[]) =>
  run(argv, {}).catch((error: unknown) => (error instanceof Fault ? error.message : error))

describe('on the command line', () => {
  test('versions shows each on a line, and says which one answers', async () => {
    const { printed } = await run(['versions', 'churn'], { '/v1/models/churn/versions': { versions: [VERSION] } })
    expect(printed).toMatch(/2 .*2023-11-14 22:13 .*run 5 .*12,345 .*not known .*none .*audit .*● live/)
    const empty = await run(['versions', 'churn'], { '/v1/models/churn/versions': { versions: [] } })
    expect(empty.printed).toBe('churn has no version yet.\n')
    const one = await run(['versions', 'churn', '2', '--json'], { '/v1/models/churn/versions/2': VERSION })
    expect(JSON.parse(one.printed)).toEqual(VERSION)
    expect(await refusal(['versions', 'churn', 'two'])).toContain('version must be a number')
  })

  test('a model name is a part of the path, whatever it holds', async () => {
    const { calls } = await run(['versions', '../x'], { '/v1/models/..%2Fx/versions': { versions: [] } })
    expect(calls).toEqual([['GET', '/v1/models/..%2Fx/versions']])
  })

  test('history says what was live at an instant, in a sentence', async () => {
    const path = '/v1/models/churn/history'
    const all = { model: 'churn', history: [STRETCH], at: null, served: null, sentence: 'Version 2 answers.' }
    const { printed } = await run(['history', 'churn'], { [path]: all })
    expect(printed).toMatch(/2 .*2023-11-14 22:13 .*now .*promoted \(decision 3\) .*loop .*it loses less/)
    const at = await run(['history', 'churn', '--at', '5'], {
      [path]: { ...all, at: 5, sentence: 'Nothing answered.' },
    })
    expect(at.printed).toBe('Nothing answered.\n')
    expect(at.calls).toEqual([['GET', path, { at: '5' }]])
  })

  test('nobody promotes or rolls back without a reason', async () => {
    expect(await refusal(['promote', 'churn', '2'])).toContain('--because is needed')
    expect(await refusal(['rollback', 'churn', '--because', ' '])).toContain('--because is needed')
    const promoted = await run(['promote', 'churn', '2', '--because', 'x'], { '/v1/models/churn/promote': ORDERED })
    expect(promoted.calls).toEqual([['POST', '/v1/models/churn/promote', { version: 2, because: 'x' }]])
    expect(promoted.printed).toContain('version 2 was ordered')
    const answered = { ...ORDERED, answer: 'decision 4: roll-back: x' }
    const back = await run(['rollback', 'churn', '--because', 'x'], { '/v1/models/churn/rollback': answered })
    expect(back.calls).toEqual([['POST', '/v1/models/churn/rollback', { because: 'x' }]])
    expect(back.printed).toBe('churn, version 2: decision 4: roll-back: x\n')
  })

  test('diff shows what differs, and what both say about the same rows with its interval', async () => {
    const differences = [
      { part: 'metrics', what: 'auc', a: '0.8', b: '0.9', isSame: false, change: 0.1 },
      { part: 'code', what: 'code version', a: '1', b: '1', isSame: true, change: null },
    ]
    const difference = { value: -0.05, interval: { low: -0.08, high: -0.02, level: 0.95 } }
    const behaviour = { rows: 5000, agreement: 0.93, meanLossA: 0.25, meanLossB: 0.2, difference }
    const path = '/v1/models/churn/diff'
    const { printed, calls } = await run(['diff', 'churn', '1', '2'], {
      [path]: { model: 'churn', a: 1, b: 2, differences, behaviour },
    })
    expect(calls).toEqual([['GET', path, { a: 1, b: 2 }]])
    expect(printed).toMatch(/metrics .*auc .*0\.8 .*0\.9 .*\+0\.1/)
    expect(printed).not.toContain('code version')
    expect(printed).toContain('1 more are the same')
    expect(printed).toContain('5,000 rows both say the same in 93.0 %')
    expect(printed).toContain('-0.05 [-0.0800, -0.0200] at 95 %')
  })

  test('the card of a model is that of the version that answers', async () => {
    const { printed } = await run(['card', 'churn'], {
      '/v1/models/churn': MODEL,
      '/v1/models/churn/versions/2/card': '# churn, version 2\n',
    })
    expect(printed).toBe('# churn, version 2\n')
    const none = run(['card', 'churn'], { '/v1/models/churn': { ...MODEL, champion: null } })
    await expect(none).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('adopt', () => {
  const adopted = { model: 'churn', version: 1, isNew: true, isLive: true }
  const answers = { '/v1/models/churn/versions': adopted }

  test('sends the artifact as bytes, with what the server knows of the model, or without', async () => {
    const words = ['--features', 'x', '--cut-off', '2026-01-31', '--note', 'old job']
    const known = await run(['adopt', 'churn', 'm.onnx', ...words], { ...answers, '/v1/models/churn': MODEL })
    expect(known.adoptions[0]).toMatchObject({
      from: { file: 'm.onnx' },
      features: ['x'],
      known: { task: { kind: 'binary', classes: ['no', 'yes'] }, features: [{ name: 'x', kind: 'numeric' }] },
    })
    const query = { cutOffAt: Date.parse('2026-01-31T00:00:00Z'), note: 'old job' }
    const sent = [new Uint8Array([1, 2]), 'application/octet-stream', query]
    expect(known.calls.at(-1)).toEqual(['UP', '/v1/models/churn/versions', sent])
    expect(known.printed).toBe('version 1 of churn is adopted; it answers\n')
    const unknown = await run(['adopt', 'churn', 'm.onnx'], answers)
    expect(unknown.adoptions[0]?.known).toBeNull()
  })

  test('takes a file or a service, not both, and a sample only with its label', async () => {
    expect(await refusal(['adopt', 'churn'])).toContain('a file, or a service')
    expect(await refusal(['adopt', 'churn', 'm.onnx', '--http', 'http://x'])).toContain('not both')
    expect(await refusal(['adopt', 'churn', 'm.onnx', '--sample', 'rows.csv'])).toContain('--label is needed')
    expect(await refusal(['adopt', 'churn', 'm.onnx', '--cut-off', 'yesterday'])).toContain('--cut-off must be')
    const service = await run(['adopt', 'churn', '--http', 'http://x/y', '--protocol', 'mlflow'], answers)
    expect(service.adoptions[0]?.from).toMatchObject({ url: 'http://x/y', protocol: 'mlflow' })
  })
})
