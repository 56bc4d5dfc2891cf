import { makeToken } from '../../src/base/access-token.ts'
import { Fault } from '../../src/base/fault.ts'
import type { KeepfitEvent } from '../../src/data/event.ts'
import type { InferenceHalf } from '../../src/data/inference.ts'
import type { Scope } from '../../src/http/actor.ts'
import { buildApi } from '../../src/http/app.ts'
import { authenticator } from '../../src/http/auth.ts'
import { type ExportAsked, eventRoutes } from '../../src/http/routes/events.ts'

/** A store in memory: ids that begin with `taken` are of other events, models called `nobody` do not exist. */
export function eventsStage(scopes: readonly Scope[] = ['ingest']) {
  const { text, id, hash } = makeToken()
  const stored: KeepfitEvent[] = []
  const batches: number[] = []
  const auth = authenticator(
    {
      tokens: async () => [{ id, name: 'tester', hash, scopes, expiresAt: null, revokedAt: null }],
      used: async () => undefined,
    },
    { now: () => 0 },
  )
  const append = async (events: readonly KeepfitEvent[]) => {
    batches.push(events.length)
    const isRefused = (one: KeepfitEvent) => one.model === 'nobody' || one.id.startsWith('taken')
    const repeated = events.filter((one) => stored.some((other) => other.id === one.id)).length
    const fresh = events.filter((one) => !isRefused(one) && !stored.some((other) => other.id === one.id))
    stored.push(...fresh)
    const where = [...events.entries()]
    return {
      accepted: fresh.length,
      repeated,
      conflicts: where.filter(([, one]) => one.id.startsWith('taken')).map(([index, one]) => ({ index, id: one.id })),
      unknown: where.filter(([, one]) => one.model === 'nobody').map(([index, { model }]) => ({ index, model })),
      newestSeq: fresh.length === 0 ? null : stored.length,
    }
  }
  const halves: InferenceHalf[] = []
  const appendHalves = async (told: readonly InferenceHalf[]) => {
    const outcomes = told.map((half) => {
      if (half.id.startsWith('taken')) return 'conflict'
      if (half.id.startsWith('odd')) return { refused: 'the rows differ' }
      if (halves.some(({ id, side }) => id === half.id && side === half.side)) return 'repeated'
      halves.push(half)
      return 'accepted'
    })
    return { outcomes, newestSeq: 9 } as const
  }
  const inferenceModel = async (service: string) =>
    service === 'nobody' ? null : { model: 'm', features: service === 'listed' ? ['a', 'b'] : null }
  const exported = async (asked: ExportAsked) => {
    if (asked.model === 'nobody') throw new Fault('NOT_FOUND', "no model is called 'nobody'")
    return (async function* () {
      yield `${JSON.stringify(asked)}\n`
      yield new Uint8Array([0x7b, 0x7d])
    })()
  }
  const log = { error: () => undefined }
  const api = buildApi({
    routes: [eventRoutes({ append, appendHalves, inferenceModel, exported })],
    auth,
    clock: { now: () => 0 },
    version: '1',
    log,
  })
  const post = async (body: string | Uint8Array<ArrayBuffer>, type: string, headers: Record<string, string> = {}) => {
    const answer = await api.request('/v1/events', {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${text}`,
        host: 'localhost',
        'content-type': type,
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const get = (path: string) =>
    api.request(`/v1${path}`, { headers: { authorization: `Bearer ${text}`, host: 'localhost' } })
  return { api, post, get, stored, batches, halves }
}
