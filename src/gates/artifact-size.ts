import { z } from 'zod'
import { defineGate } from './gate.ts'
import { inconclusive } from './limit/unable.ts'

/**
 * Is the challenger small enough to be deployed where the champion is? Its encoded artifact may have no more bytes than
 * a limit, and no more than a multiple of the champion's. Counted, not estimated: there is no interval.
 */
export const artifactSizeGate = defineGate({
  id: 'artifact-size',
  title: 'An artifact no larger than allowed',
  source: 'Keepfit',
  needs: ['artifact-sizes'],
  config: z.strictObject({
    gate: z.literal('artifact-size'),
    maxBytes: z.int().min(1).max(1e12).default(1e8).describe('The most that the artifact may have. Bytes.'),
    maxRatio: z
      .number()
      .min(0.01)
      .max(1e6)
      .default(4)
      .describe("The most, in sizes of the champion's artifact. Ratio."),
  }),

  judge({ artifactBytes }, { maxBytes, maxRatio }) {
    if (artifactBytes === null) {
      const because = 'nobody counted the bytes of both artifacts'
      return inconclusive({ gate: 'artifact-size', limit: maxBytes }, because, 'the sizes of both artifacts')
    }
    const { champion, challenger } = artifactBytes
    const byRatio = Math.floor(maxRatio * champion)
    const limit = Math.min(maxBytes, byRatio)
    const whose = byRatio < maxBytes ? `${maxRatio} times the champion's ${champion}` : 'what is allowed'
    const seen = { gate: 'artifact-size', observed: challenger, limit, interval: null, rows: 0 }
    return challenger <= limit
      ? { ...seen, outcome: 'pass', because: `the artifact has ${challenger} bytes, at most ${limit}, ${whose}` }
      : { ...seen, outcome: 'fail', because: `the artifact has ${challenger} bytes, more than ${limit}, ${whose}` }
  },
})
