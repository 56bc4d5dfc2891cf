import { expect } from 'vitest'
import { type Frame, frame, schemaOf } from '../../src/data/frame.ts'
import type { Task } from '../../src/data/schema.ts'
import { openScorer } from '../../src/runtimes/catalog.ts'
import { type HttpDraft, httpArtifact } from '../../src/runtimes/http-scorer.ts'
import type { ScoringWorld } from '../../src/runtimes/runtime.ts'
import { numeric } from './forests.ts'
import { type HttpService, httpService } from './loopback-server.ts'

const PAIR: Task = { kind: 'binary', classes: ['no', 'yes'] }

/** Five rows of two numbers, one of them infinite. */
export const NUMBERS = frame([
  numeric('x', [1, 2, 3, 4, 5]),
  numeric('__proto__', [5, Number.POSITIVE_INFINITY, 3, 2, 1]),
])

let open: HttpService[] = []
/** Ends every service that a test started. */
export async function closeServices(): Promise<void> {
  await Promise.all(open.map((service) => service.close()))
  open = []
}

/** Starts a service that lives until the test ends. */
export async function serving(answer: Parameters<typeof httpService>[0]): Promise<HttpService> {
  const service = await httpService(answer)
  open.push(service)
  return service
}

export interface Wish {
  readonly rows?: Frame
  readonly task?: Task
  readonly modelClasses?: readonly string[]
  readonly scorer?: Partial<HttpDraft['scorer']>
  readonly world?: ScoringWorld
}

/** What an HTTP scorer says about rows, to three digits. */
export async function scored(url: string, wish: Wish = {}): Promise<number[]> {
  const { rows = NUMBERS, task = PAIR, modelClasses, scorer, world = {} } = wish
  const artifact = httpArtifact({
    scorer: { url, protocol: 'plain-json', retryWaitMs: 5, ...scorer },
    task,
    features: schemaOf(rows),
    modelClasses,
  })
  return [...(await (await openScorer(artifact, world)).score(rows))].map((value) => Math.round(value * 1000) / 1000)
}

/** A fault to expect. */
export const faultOf = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) })
