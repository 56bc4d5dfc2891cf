import { sliceRows } from '../../../data/frame.ts'
import { openScorerPool } from '../../scorer-pool.ts'
import type { FlightStream } from '../stream.ts'
import { type Answered, spanOf } from './day-events.ts'
import type { LiveSystem } from './live-system.ts'

/** A service that answers flights with the version that is live, as Keepfit's API names and hands it out. */
export interface AnsweringService {
  /** @param version null while none is live: nobody is answered then */
  answer(window: number, version: number | null): Promise<Answered | null>
  close(): Promise<void>
}

export function answeringService(flights: FlightStream, system: LiveSystem, workers: number): AnsweringService {
  const digests = new Map<number, string>()
  const artifacts = new Map<string, Uint8Array>()
  const pool = openScorerPool({
    workers,
    loadArtifact: async (digest) => artifacts.get(digest) ?? Promise.reject(new Error(`nobody fetched ${digest}`)),
  })

  async function fetched(version: number): Promise<string> {
    const known = digests.get(version)
    if (known !== undefined) return known
    const { artifactDigest } = await system.version(version)
    artifacts.set(artifactDigest, await system.artifact(version))
    digests.set(version, artifactDigest)
    return artifactDigest
  }

  return {
    async answer(window, version) {
      if (version === null) return null
      const digest = await fetched(version)
      const { from, to } = spanOf(flights, window)
      return { version, scores: await pool.score({ digest, features: sliceRows(flights.stream.features, from, to) }) }
    },
    close: () => pool.close(),
  }
}
