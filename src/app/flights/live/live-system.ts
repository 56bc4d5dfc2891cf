import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../../base/clock.ts'
import { Fault } from '../../../base/fault.ts'
import type { ApiClient } from '../../../cli/api-client.ts'
import { type DecisionInfo, DecisionList } from '../../../http/shapes/decisions.ts'
import { ApplyAnswer } from '../../../http/shapes/policies.ts'
import { FleetStatus, type ModelStatus } from '../../../http/shapes/status.ts'
import { VersionInfo, VersionList } from '../../../http/shapes/versions.ts'
import type { DecisionRecord } from '../../../loop/record.ts'
import { MODEL } from './flights-config.ts'

/** The running Keepfit as the demo uses it: nothing but its API. */
export interface LiveSystem {
  /** Events as lines of JSON; durable when it is settled. */
  post(lines: readonly string[]): Promise<void>
  status(): Promise<ModelStatus>
  /** Waits until the loop has taken in everything up to these windows and nothing is under way. */
  settled(until: WindowsDone): Promise<ModelStatus>
  version(number: number): Promise<VersionInfo>
  versions(): Promise<readonly VersionInfo[]>
  artifact(version: number): Promise<Uint8Array>
  /** The newest decision records, the oldest of them first. */
  decisions(newest: number): Promise<readonly DecisionRecord[]>
  /** Lets it read its configuration anew. */
  apply(): Promise<void>
}

export interface WindowsDone {
  readonly closed: number
  readonly matured: number
  /** Whether a version must answer by then. */
  readonly isLiving: boolean
}

const ROOT = `/v1/models/${MODEL}`
/** Between two looks at the status. Milliseconds. */
const LOOK_MS = 20
const LONGEST_LOOK_MS = 200
/** A step of the loop or of a training takes less, also on a slow machine. Milliseconds without any change. */
const PATIENCE_MS = 300_000
const PAGE = 1000

export function liveSystem(api: ApiClient, clock: Clock): LiveSystem {
  async function status(): Promise<ModelStatus> {
    const { models } = FleetStatus.parse(await api.get('/v1/status'))
    const found = models.find(({ name }) => name === MODEL)
    if (found === undefined) throw new Fault('NOT_FOUND', `the running Keepfit looks after no model '${MODEL}'`)
    return found
  }

  async function settled(until: WindowsDone): Promise<ModelStatus> {
    let before = ''
    let since = clock.now()
    for (let pauseMs = LOOK_MS; ; pauseMs = Math.min(LONGEST_LOOK_MS, pauseMs * 1.2)) {
      const seen = await status()
      if (isSettled(seen, until)) return seen
      const { windows, activeRun, phase, waitingFor } = seen
      const now = JSON.stringify({ windows, activeRun, phase })
      if (now !== before) since = clock.now()
      before = now
      if (clock.now() - since > PATIENCE_MS)
        throw new Fault('SERVER_UNAVAILABLE', `the running Keepfit does not move on; it waits for ${waitingFor}`)
      await sleep(pauseMs)
    }
  }

  return {
    async post(lines) {
      await api.upload('/v1/events', lines.join('\n'), 'application/x-ndjson')
    },
    status,
    settled,
    version: async (number) => VersionInfo.parse(await api.get(`${ROOT}/versions/${number}`)),
    versions: async () => VersionList.parse(await api.get(`${ROOT}/versions`)).versions,
    async artifact(version) {
      return new Uint8Array(
        await new Response(await api.download(`${ROOT}/versions/${version}/artifact`)).arrayBuffer(),
      )
    },
    async decisions(newest) {
      const query = { limit: Math.min(newest, PAGE) }
      const { decisions } = DecisionList.parse(await api.get(`${ROOT}/decisions`, query))
      return decisions.map(recordOf).reverse()
    },
    async apply() {
      ApplyAnswer.parse(await api.post('/v1/apply'))
    },
  }
}

/** A decision without what the system wrote beside it. */
function recordOf(info: DecisionInfo): DecisionRecord {
  const { seq, kind, window, aboutWindow, now, live, version, because, evidence, verdicts } = info
  return {
    seq,
    kind,
    window,
    aboutWindow,
    now,
    live,
    version,
    because,
    evidence,
    verdicts,
  } as unknown as DecisionRecord
}

function isSettled(
  { windows, activeRun, isDeciding, phase }: ModelStatus,
  { closed, matured, isLiving }: WindowsDone,
): boolean {
  if (windows.closed < closed || windows.matured < matured || isDeciding || activeRun !== null) return false
  return phase === 'living' || !isLiving
}
