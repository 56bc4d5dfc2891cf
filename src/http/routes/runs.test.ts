import { describe, expect, test } from 'vitest'
import { Fault } from '../../base/fault.ts'
import type { Actor } from '../actor.ts'
import { type ApiEnv, apiRoutes } from '../api-routes.ts'
import { answerTo } from '../errors.ts'
import type { Run, RunDetail, RunLogLine } from '../shapes/runs.ts'
import { type RunsPorts, type RunWish, runsRoutes } from './runs.ts'

const RUN: Run = {
  model: 'churn',
  number: 3,
  state: 'running',
  because: 'drift',
  actor: 'keepfit',
  champion: 1,
  version: null,
  step: 'train',
  progress: 0.5,
  summary: null,
  cancelRequestedAt: null,
  queuedAt: 1,
  startedAt: 2,
  endedAt: null,
  deadlineAt: 9,
}

const ACTOR: Actor = { id: 't1', name: 'ann', scopes: ['admin'] }

function line(id: number): RunLogLine {
  return { id, at: 5, stream: 'out', line: `line ${id}` }
}

/** A run whose log grows with each wait, and that ends after some. */
function world(change: Partial<RunsPorts> = {}, waits = 2) {
  const lines = [line(1), line(2)]
  let state: Run['state'] = 'running'
  const wishes: RunWish[] = []
  const detail = (): RunDetail => ({
    run: { ...RUN, state },
    epoch: 1,
    owner: 'p1',
    policy: 1,
    plan: { toWindow: 5 },
    steps: [],
    verdicts: [],
    notes: [],
    learned: null,
    snapshot: null,
    peakRssBytes: null,
    cpuMs: null,
  })
  const ports: RunsPorts = {
    async newest({ before }) {
      if (before === undefined) return [RUN]
      if (before.model !== 'churn') throw new Fault('NOT_FOUND', 'there is no such run')
      return [{ ...RUN, number: before.number - 1 }]
    },
    list: async (model) => (model === 'churn' ? [RUN] : []),
    hasModel: async (model) => model !== 'unknown',
    find: async (model, run) => (model === 'churn' && run === 3 ? detail() : undefined),
    log: async (_model, _run, { after, limit }) => lines.filter(({ id }) => id > after).slice(0, limit),
    cancel: async (model, run, { because }) => {
      if (model !== 'churn' || run !== 3) return undefined
      if (because === 'late') throw new Fault('CONFLICT', 'it has ended')
      return { ...RUN, cancelRequestedAt: 7 }
    },
    async requestRun(_model, wish) {
      wishes.push(wish)
      return { run: 4, answer: 'run 4 was started' }
    },
    async wait() {
      if (state === 'trained') return
      lines.push(line(lines.length + 1))
      if (lines.length >= 2 + waits) state = 'trained'
    },
    ...change,
  }
  const api = apiRoutes()
  api.use('*', async (c, next) => {
    c.set('actor', ACTOR)
    await next()
  })
  api.route('/', runsRoutes(ports))
  api.onError((error, c) => {
    const { status, body } = answerTo(error)
    return c.json(body, status)
  })
  const ask = (path: string, init?: RequestInit, env: ApiEnv['Bindings'] = {}) =>
    Promise.resolve(api.request(path, init, env))
  const post = (path: string, content: unknown) => {
    const body = JSON.stringify(content)
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
    return ask(path, { method: 'POST', body, headers })
  }
  return { ask, post, wishes }
}

describe('runs over HTTP', () => {
  test('are listed, of one model or of all; an unknown model is told from one without runs', async () => {
    const { ask } = world()
    expect(await (await ask('/runs')).json()).toEqual({ runs: [RUN] })
    expect(await (await ask('/models/churn/runs?limit=1')).json()).toEqual({ runs: [RUN] })
    expect(await (await ask('/models/quiet/runs')).json()).toEqual({ runs: [] })
    expect((await ask('/models/unknown/runs')).status).toBe(404)
    expect((await ask('/models/churn/runs?limit=0')).status).toBe(400)
  })

  test('of all models are paged by the last that is known, named by its model and number', async () => {
    const { ask } = world()
    const older = await ask('/runs?before=churn/3')
    expect([older.status, await older.json()]).toEqual([200, { runs: [{ ...RUN, number: 2 }] }])
    expect((await ask('/runs?before=churn%2F3')).status).toBe(200)
    expect((await ask('/runs?before=unknown/3')).status).toBe(404)
    for (const wrong of ['3', 'churn', 'churn/0', 'churn/x', 'churn/3/4', 'Churn/3', '/3', 'churn/9999999999', ''])
      expect((await ask(`/runs?before=${wrong}`)).status, wrong).toBe(400)
  })

  test('are shown one by one', async () => {
    const { ask } = world()
    expect(await (await ask('/models/churn/runs/3')).json()).toMatchObject({ run: { number: 3 }, owner: 'p1' })
    expect((await ask('/models/churn/runs/4')).status).toBe(404)
    expect((await ask('/models/churn/runs/x')).status).toBe(400)
  })

  test('are asked for with a reason, by the person whose token it is', async () => {
    const { post, wishes } = world()
    const answer = await post('/models/churn/runs', { because: 'new prices', despite: ['breaker', 'breaker'] })
    expect([answer.status, await answer.json()]).toEqual([202, { run: 4, answer: 'run 4 was started' }])
    expect(wishes).toEqual([{ actor: 'ann (t1)', because: 'new prices', despite: ['breaker'] }])
    expect((await post('/models/churn/runs', { because: '' })).status).toBe(400)
    expect((await post('/models/unknown/runs', { because: 'x' })).status).toBe(404)
    expect(wishes).toHaveLength(1)
  })

  test('are cancelled with a reason, unless they have ended', async () => {
    const { post } = world()
    expect(await (await post('/models/churn/runs/3/cancel', { because: 'wrong table' })).json()).toMatchObject({
      cancelRequestedAt: 7,
    })
    expect((await post('/models/churn/runs/3/cancel', { because: 'late' })).status).toBe(409)
    expect((await post('/models/churn/runs/4/cancel', { because: 'x' })).status).toBe(404)
    expect((await post('/models/churn/runs/3/cancel', {})).status).toBe(400)
  })
})

describe('the log of a run', () => {
  test('is given as JSON, page by page', async () => {
    const { ask } = world()
    const first = await ask('/models/churn/runs/3/log?follow=false&limit=1')
    expect(await first.json()).toEqual({ lines: [line(1)], next: 1 })
    const second = await ask('/models/churn/runs/3/log?follow=false&after=1&limit=2')
    expect(await second.json()).toEqual({ lines: [line(2)], next: null })
  })

  test('is followed until the run has ended, each line once, also what came while it ended', async () => {
    const { ask } = world()
    const text = await (await ask('/models/churn/runs/3/log')).text()
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
    expect(ids).toEqual([1, 2, 3, 4])
    expect(text.trimEnd().endsWith('event: end\ndata: {"state":"trained"}')).toBe(true)
  })

  test('is sent to its end, however long, also of a run that ended long ago', async () => {
    const all = Array.from({ length: 1201 }, (_, i) => line(i + 1))
    const { ask } = world({
      find: async () => ({ run: { ...RUN, state: 'failed' } }) as RunDetail,
      log: async (_model, _run, { after, limit }) => all.filter(({ id }) => id > after).slice(0, limit),
      wait: async () => {},
    })
    const text = await (await ask('/models/churn/runs/3/log')).text()
    expect([...text.matchAll(/^id: /gm)]).toHaveLength(1201)
    expect(text.trimEnd().endsWith('event: end\ndata: {"state":"failed"}')).toBe(true)
  })

  test('goes on after the last line that a client has seen', async () => {
    const { ask } = world()
    const text = await (await ask('/models/churn/runs/3/log', { headers: { 'last-event-id': '2' } })).text()
    expect([...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id)).toEqual(['3', '4'])
    const refused = await ask('/models/churn/runs/3/log', { headers: { 'last-event-id': 'two' } })
    expect(refused.status).toBe(400)
  })

  test('is let go when the server stops', async () => {
    const stop = new AbortController()
    // A run that says nothing and does not end.
    const { ask } = world({ wait: () => new Promise(() => setImmediate(() => stop.abort())) })
    const answer = await ask('/models/churn/runs/3/log', {}, { stopping: stop.signal })
    const text = await answer.text()
    expect(text).toContain('id: 1\n')
    expect(text).not.toContain('event: end')
  })
})
